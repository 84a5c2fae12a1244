import { type SubmitEvent, useId, useRef, useState } from "react";
import { KeyInput } from "@/components/ai-keys/key-input";
import { MaskedKey } from "@/components/ai-keys/masked-key";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { RelativeTime } from "@/components/ui/relative-time";
import { API_KEY_MAX_LENGTH } from "@/contracts/limits";
import type { AdminKeyProvider, AdminKeySummary } from "@/contracts/reconciliation";
import { ApiError, callApi } from "@/lib/http/api-client";
import type { ApiBase } from "./api-base";

interface ProviderRow {
  id: AdminKeyProvider;
  name: string;
  placeholder: string;
  consoleUrl: string;
  /** Where to find it. */
  hint: string;
}

const PROVIDERS: readonly ProviderRow[] = [
  {
    id: "anthropic",
    name: "Anthropic",
    placeholder: "sk-ant-admin01-...",
    consoleUrl: "https://console.anthropic.com/settings/admin-keys",
    hint: "Only admins of an organization can make one; an individual account has none.",
  },
  {
    id: "openai",
    name: "OpenAI",
    placeholder: "sk-admin-...",
    consoleUrl: "https://platform.openai.com/settings/organization/admin-keys",
    hint: "Only owners of an organization can make one. Give it read access to usage and to API keys.",
  },
];

/**
 * The admin key of each provider that needs one: saved after a test, shown by its ending, replaced, deleted.
 */
export function AdminKeys({
  keys,
  base,
  now,
  onChanged,
}: {
  keys: readonly AdminKeySummary[];
  base: ApiBase;
  now: number;
  onChanged: () => Promise<void>;
}) {
  const [deleting, setDeleting] = useState<AdminKeySummary | null>(null);
  const [announcement, setAnnouncement] = useState("");
  const name = PROVIDERS.find(({ id }) => id === deleting?.provider)?.name;
  return (
    <div className="grid gap-4">
      {PROVIDERS.map((provider) => (
        <AdminKeyCard
          key={provider.id}
          provider={provider}
          saved={keys.find((key) => key.provider === provider.id)}
          base={base}
          now={now}
          onSaved={async () => {
            setAnnouncement(`The admin key of ${provider.name} is saved.`);
            await onChanged();
          }}
          onDelete={setDeleting}
        />
      ))}
      <output className="sr-only">{announcement}</output>
      <ConfirmDialog
        open={deleting !== null}
        onClose={() => setDeleting(null)}
        title={<>Delete the admin key of {name}?</>}
        description="What was charged is not read any more. Figures that were read stay. The key still works at the provider; delete it there too if it is not needed."
        confirmLabel="Delete admin key"
        onConfirm={async () => {
          if (!deleting) return;
          await callApi(`${base}/admin-keys/${deleting.id}`, { method: "DELETE" });
          setAnnouncement(`The admin key of ${name} is deleted.`);
          await onChanged();
        }}
      />
    </div>
  );
}

function AdminKeyCard({
  provider,
  saved,
  base,
  now,
  onSaved,
  onDelete,
}: {
  provider: ProviderRow;
  saved: AdminKeySummary | undefined;
  base: ApiBase;
  now: number;
  onSaved: () => Promise<void>;
  onDelete: (key: AdminKeySummary) => void;
}) {
  const [isReplacing, setReplacing] = useState(false);
  const showsForm = !saved || isReplacing;
  return (
    <section
      aria-label={`${provider.name} admin key`}
      className="grid gap-3 rounded-xl border bg-surface p-4"
    >
      <div className="flex flex-wrap items-center justify-between gap-2">
        <div>
          <h3 className="font-medium">{provider.name}</h3>
          {saved ? (
            <p className="flex flex-wrap items-center gap-x-2 text-sm text-text-muted">
              <span className="font-mono">
                <MaskedKey last4={saved.last4} />
              </span>
              <span>
                saved <RelativeTime at={saved.updatedAt} now={now} />
              </span>
              {saved.isReadable ? null : <Badge variant="warning">needs re-entry</Badge>}
            </p>
          ) : null}
        </div>
        {saved && !isReplacing ? (
          <div className="flex gap-1">
            <Button size="sm" variant="ghost" onClick={() => setReplacing(true)}>
              Replace
            </Button>
            <Button size="sm" variant="danger-ghost" onClick={() => onDelete(saved)}>
              Delete
            </Button>
          </div>
        ) : null}
      </div>
      {showsForm ? (
        <AdminKeyForm
          provider={provider}
          base={base}
          onSaved={async () => {
            setReplacing(false);
            await onSaved();
          }}
          onCancel={saved ? () => setReplacing(false) : undefined}
        />
      ) : null}
    </section>
  );
}

function AdminKeyForm({
  provider,
  base,
  onSaved,
  onCancel,
}: {
  provider: ProviderRow;
  base: ApiBase;
  onSaved: () => Promise<void>;
  onCancel: (() => void) | undefined;
}) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function submit(event: SubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    if (pending) return;
    const apiKey = field.current?.value.trim() ?? "";
    if (apiKey === "") {
      setProblem("Paste an admin key before saving.");
      field.current?.focus();
      return;
    }
    setPending(true);
    setProblem(null);
    try {
      await callApi(`${base}/admin-keys`, { method: "POST", body: { provider: provider.id, apiKey } });
      if (field.current) field.current.value = "";
      // The first figures at once; should that fail, the list of who is asked says why.
      await callApi(`${base}/reconciliation/runs`, { method: "POST" }).catch(() => undefined);
      await onSaved();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(error.message);
    } finally {
      setPending(false);
    }
  }

  return (
    <form onSubmit={(event) => void submit(event)} className="grid gap-3">
      <Field
        id={`${id}-key`}
        label="Admin key"
        error={problem}
        hint={
          <>
            {provider.hint}{" "}
            <a
              href={provider.consoleUrl}
              target="_blank"
              rel="noreferrer"
              className="font-medium underline decoration-current/40 underline-offset-3 hover:decoration-current"
            >
              Make one<span className="sr-only"> at {provider.name} (opens in a new tab)</span>
            </a>
          </>
        }
      >
        {(control) => (
          <KeyInput
            {...control}
            ref={field}
            placeholder={provider.placeholder}
            maxLength={API_KEY_MAX_LENGTH}
            onChange={() => setProblem(null)}
          />
        )}
      </Field>
      <div className="flex gap-2">
        <Button type="submit" pending={pending}>
          Test and save
        </Button>
        {onCancel ? (
          <Button variant="ghost" onClick={pending ? undefined : onCancel}>
            Cancel
          </Button>
        ) : null}
      </div>
    </form>
  );
}

import { ChevronRight, CircleDashed, Plus } from "lucide-react";
import { useId, useState } from "react";
import { Button } from "@/components/ui/button";
import type { AiKeySummary } from "@/contracts/ai-keys";
import type { ProviderFacts } from "@/contracts/provider";
import { cn } from "@/lib/cn";
import { testSavedKey } from "./ai-key-calls";
import { ConnectAccount } from "./connect-account";
import { DeleteKeyDialog } from "./delete-key-dialog";
import { KeyCard } from "./key-card";
import { KeyForm } from "./key-form";
import { type KeyTest, runKeyTest } from "./key-test";

export type KeyEvent = "saved" | "added" | "held" | "deleted";

interface Props {
  facts: ProviderFacts;
  /** The person's keys of this provider. */
  keys: AiKeySummary[];
  onEvent: (event: KeyEvent | null) => void;
  /** The clock in milliseconds. */
  now: number;
}

/** The first provider, open from the start: a field, a button, done. */
export function FirstProviderKeys(props: Props) {
  const { facts, keys, onEvent } = props;
  const [deleting, setDeleting] = useState(false);
  const tests = useKeyTests();
  const stored = keys.filter(({ kept }) => kept === "stored");
  const [only] = stored;
  return (
    <div className="grid gap-4">
      {keys.length > 0 ? <KeyList {...props} tests={tests} /> : null}
      {stored.length <= 1 ? (
        <KeyForm
          facts={facts}
          purpose={only ? "replace" : "first"}
          onSaved={(kept) => onEvent(kept === "stored" ? "saved" : "held")}
          onChange={() => onEvent(null)}
          {...(only?.status === "ok" ? { onTestSaved: () => void tests.run(only) } : {})}
          extraButton={
            only ? (
              <Button variant="danger-ghost" onClick={() => setDeleting(true)}>
                Delete Key
              </Button>
            ) : null
          }
        >
          {only ? null : (
            <p className="flex items-center gap-2 text-sm text-text-muted">
              <CircleDashed aria-hidden className="size-4 shrink-0" />
              No key saved
            </p>
          )}
        </KeyForm>
      ) : null}
      {keys.length > 0 ? <AddAnother {...props} /> : null}
      {deleting && only ? (
        <DeleteKeyDialog
          keyToDelete={only}
          facts={facts}
          close={() => setDeleting(false)}
          onDeleted={() => onEvent("deleted")}
        />
      ) : null}
    </div>
  );
}

/** Any other provider: a line to open, or its keys. */
export function FurtherProviderKeys(props: Props) {
  const { facts, keys, onEvent } = props;
  const id = useId();
  const [open, setOpen] = useState(false);
  const tests = useKeyTests();
  const title = facts.needsAddress ? "Custom endpoint" : `${facts.name} API Key`;
  if (keys.length > 0) {
    return (
      <section aria-labelledby={id} className="grid gap-3 py-4">
        <h4 id={id} className="text-sm font-medium">
          {facts.needsAddress ? "Custom endpoints" : facts.name}
        </h4>
        <KeyList {...props} tests={tests} />
        <AddAnother {...props} />
      </section>
    );
  }
  return (
    <section aria-labelledby={id}>
      <h4 id={id} className="text-sm font-medium">
        <button
          type="button"
          aria-expanded={open}
          aria-controls={`${id}-form`}
          onClick={() => setOpen(!open)}
          className="flex min-h-11 w-full items-center gap-2 py-2 text-left hover:text-accent-text focus-visible:rounded-xs"
        >
          <ChevronRight
            aria-hidden
            className={cn(
              "size-4 shrink-0 text-text-muted transition-transform duration-100",
              open && "rotate-90",
            )}
          />
          {title}
        </button>
      </h4>
      <div id={`${id}-form`} hidden={!open} className="grid gap-4 pb-5 sm:pl-6">
        {open ? (
          <>
            <p className="text-sm text-text-muted">{introduction(facts)}</p>
            {facts.canConnect ? <ConnectAccount facts={facts} /> : null}
            <KeyForm
              facts={facts}
              purpose="first"
              onSaved={(kept) => {
                setOpen(false);
                onEvent(kept === "stored" ? "saved" : "held");
              }}
              onChange={() => onEvent(null)}
            />
          </>
        ) : null}
      </div>
    </section>
  );
}

function introduction({ needsAddress, canConnect, name }: ProviderFacts): string {
  if (needsAddress) return "Ollama, vLLM, LM Studio or a gateway: anything that speaks like OpenAI’s API.";
  return canConnect
    ? `Connect your ${name} account, or paste a key of it.`
    : `Use ${name}’s models with a key of your own.`;
}

function KeyList({ facts, keys, onEvent, now, tests }: Props & { tests: ReturnType<typeof useKeyTests> }) {
  return (
    <ul aria-label={`${facts.name} keys`} className="divide-y rounded-lg border bg-surface">
      {keys.map((aiKey) => (
        <KeyCard
          key={aiKey.id}
          aiKey={aiKey}
          facts={facts}
          test={tests.of(aiKey)}
          onTest={() => void tests.run(aiKey)}
          isOneOfSeveral={keys.length > 1}
          onTouched={() => onEvent(null)}
          onDeleted={() => onEvent("deleted")}
          now={now}
        />
      ))}
    </ul>
  );
}

function AddAnother({ facts, onEvent }: Props) {
  const id = useId();
  const [open, setOpen] = useState(false);
  return (
    <div className="grid gap-4">
      <div>
        <Button
          variant="ghost"
          size="sm"
          className="-ml-3"
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
        >
          <Plus aria-hidden /> {facts.needsAddress ? "Add another endpoint" : "Add another key"}
        </Button>
      </div>
      <div id={id} hidden={!open} className="rounded-lg border bg-surface p-4">
        {open ? (
          <div className="grid gap-4">
            {facts.canConnect ? <ConnectAccount facts={facts} /> : null}
            <KeyForm
              facts={facts}
              purpose="further"
              onSaved={(kept) => {
                setOpen(false);
                onEvent(kept === "stored" ? "added" : "held");
              }}
              onChange={() => onEvent(null)}
            />
          </div>
        ) : null}
      </div>
    </div>
  );
}

/** The tests run from this page, by key. A result is dropped when the secret is replaced. */
function useKeyTests() {
  const [tests, setTests] = useState<Record<string, KeyTest>>({});
  const put = (name: string, test: KeyTest) => setTests((current) => ({ ...current, [name]: test }));
  return {
    of: (aiKey: AiKeySummary) => tests[nameOfSecret(aiKey)] ?? null,
    run: async (aiKey: AiKeySummary) => {
      const name = nameOfSecret(aiKey);
      if (tests[name]?.state === "running") return;
      put(name, { state: "running" });
      put(name, await runKeyTest(() => testSavedKey(aiKey.id)));
    },
  };
}

function nameOfSecret({ id, last4 }: AiKeySummary): string {
  return `${id} ${last4}`;
}

"use client";

import { Ellipsis, KeyRound, Pencil, Play, Square, Trash2, Webhook } from "lucide-react";
import { useState } from "react";
import { Alert } from "@/components/ui/alert";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { DropdownMenu, DropdownMenuItem, DropdownMenuSeparator } from "@/components/ui/dropdown-menu";
import { EmptyState } from "@/components/ui/empty-state";
import { RelativeTime } from "@/components/ui/relative-time";
import { Skeleton } from "@/components/ui/skeleton";
import { useApi } from "@/components/use-api";
import { OWNER_MAX_WEBHOOKS } from "@/contracts/limits";
import { KIND_NAMES } from "@/contracts/notification-sentence";
import type { DeliveryOutcome } from "@/contracts/notifications";
import type {
  WebhookListResponse,
  WebhookSecretResponse,
  WebhookSummary,
  WebhookTestResponse,
} from "@/contracts/webhooks";
import { callApi } from "@/lib/http/api-client";
import { WebhookDialog } from "./webhook-dialog";
import { WebhookSecretDialog } from "./webhook-secret-dialog";

const WEBHOOKS_PATH = "/api/v1/webhooks";

type Task =
  | { kind: "add" }
  | { kind: "change" | "delete" | "replace-secret"; webhook: WebhookSummary }
  | { kind: "secret"; secret: string };

/** The receivers notifications are sent to, and what can be done about them. @param now the server's clock */
export function WebhookList({ now }: { now: number }) {
  const { data, failure, reload, mutate } = useApi<WebhookListResponse>(WEBHOOKS_PATH);
  const [task, setTask] = useState<Task | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [announcement, setAnnouncement] = useState("");
  const close = () => setTask(null);
  const refresh = async () => {
    await mutate().catch(() => undefined);
  };

  async function setActive({ id }: WebhookSummary, isActive: boolean) {
    setProblem(null);
    try {
      await callApi(`${WEBHOOKS_PATH}/${id}`, { method: "PATCH", body: { isActive } });
      setAnnouncement(isActive ? "The webhook is enabled." : "The webhook is disabled.");
      await refresh();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : "That did not work. Try again.");
    }
  }

  if (failure) {
    return (
      <Alert variant="danger">
        {failure}
        <div>
          <Button size="sm" onClick={reload}>
            Retry
          </Button>
        </div>
      </Alert>
    );
  }
  if (!data) {
    return (
      <>
        <span role="status" className="sr-only">
          Loading webhooks
        </span>
        <Skeleton className="h-24" />
      </>
    );
  }
  const ofPerson = data.webhooks.filter(({ owner }) => owner === "person").length;
  const hasRoom =
    ofPerson < OWNER_MAX_WEBHOOKS ||
    (data.isOperator && data.webhooks.length - ofPerson < OWNER_MAX_WEBHOOKS);
  return (
    <div className="grid gap-4">
      <output className="sr-only">{announcement}</output>
      {problem ? <Alert variant="danger">{problem}</Alert> : null}
      {data.webhooks.length === 0 ? (
        <div className="rounded-xl border border-dashed bg-surface">
          <EmptyState icon={<Webhook />} title="No webhooks" className="py-8">
            A webhook tells a server of yours, for example to post to a channel. Each message is signed.
          </EmptyState>
        </div>
      ) : (
        <ul aria-label="Webhooks" className="overflow-hidden rounded-xl border bg-surface shadow-xs">
          {data.webhooks.map((webhook) => (
            <WebhookRow
              key={webhook.id}
              webhook={webhook}
              now={now}
              onTested={refresh}
              onSelect={(verb) => {
                if (verb === "enable" || verb === "disable") void setActive(webhook, verb === "enable");
                else setTask({ kind: verb, webhook });
              }}
            />
          ))}
        </ul>
      )}
      <div className="grid justify-items-start gap-2">
        <Button
          variant="primary"
          aria-disabled={!hasRoom || undefined}
          onClick={() => hasRoom && setTask({ kind: "add" })}
        >
          Add a webhook
        </Button>
        {hasRoom ? null : (
          <p className="text-sm text-text-muted">
            There can be {OWNER_MAX_WEBHOOKS}. Delete one to add another.
          </p>
        )}
      </div>
      {task?.kind === "add" || task?.kind === "change" ? (
        <WebhookDialog
          webhook={task.kind === "change" ? task.webhook : null}
          isOperator={data.isOperator}
          onClose={close}
          onSaved={async (secret) => {
            await refresh();
            setAnnouncement(secret === null ? "The webhook is changed." : "The webhook is added.");
            setTask(secret === null ? null : { kind: "secret", secret });
          }}
        />
      ) : null}
      {task?.kind === "secret" ? <WebhookSecretDialog secret={task.secret} onClose={close} /> : null}
      <ConfirmDialog
        open={task?.kind === "delete"}
        onClose={() => setTask((current) => (current?.kind === "delete" ? null : current))}
        title="Delete this webhook?"
        description="Its receiver is told nothing more, also not what is still to be tried again."
        confirmLabel="Delete webhook"
        onConfirm={async () => {
          if (task?.kind !== "delete") return;
          await callApi(`${WEBHOOKS_PATH}/${task.webhook.id}`, { method: "DELETE" });
          setAnnouncement("The webhook is deleted.");
          await refresh();
        }}
      />
      <ConfirmDialog
        open={task?.kind === "replace-secret"}
        // Its success has opened the dialog with the secret.
        onClose={() => setTask((current) => (current?.kind === "replace-secret" ? null : current))}
        title="Make a new secret?"
        description="Messages are signed with it from now on. Until its receiver knows it, they fail there and are tried again."
        confirmLabel="Make a new secret"
        onConfirm={async () => {
          if (task?.kind !== "replace-secret") return;
          const path: `/api/${string}` = `${WEBHOOKS_PATH}/${task.webhook.id}/secret`;
          const { secret } = await callApi<WebhookSecretResponse>(path, { method: "POST" });
          setTask({ kind: "secret", secret });
        }}
      />
    </div>
  );
}

type WebhookVerb = "change" | "enable" | "disable" | "replace-secret" | "delete";

function WebhookRow({
  webhook,
  now,
  onSelect,
  onTested,
}: {
  webhook: WebhookSummary;
  now: number;
  onSelect: (verb: WebhookVerb) => void;
  onTested: () => Promise<void>;
}) {
  const { id, address, owner, kinds, state, disabledBecause, last, waiting, givenUp } = webhook;
  const [pending, setPending] = useState(false);
  const [result, setResult] = useState<{ isGood: boolean; sentence: string } | null>(null);

  async function test() {
    setPending(true);
    setResult(null);
    try {
      const path: `/api/${string}` = `${WEBHOOKS_PATH}/${id}/test`;
      const { outcome, sentence } = await callApi<WebhookTestResponse>(path, { method: "POST" });
      setResult({ isGood: outcome === "delivered", sentence });
      await onTested();
    } catch (error) {
      setResult({ isGood: false, sentence: error instanceof Error ? error.message : "That did not work." });
    } finally {
      setPending(false);
    }
  }

  return (
    <li className="grid gap-3 border-b px-4 py-3 last:border-b-0">
      <div className="flex items-start gap-3">
        <div className="grid min-w-0 flex-1 gap-0.5 text-sm">
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <span className="font-mono text-xs wrap-anywhere">{address}</span>
            {owner === "installation" ? <Badge variant="outline">Installation</Badge> : null}
            {state === "disabled" ? (
              <Badge variant={disabledBecause ? "danger" : "neutral"}>Disabled</Badge>
            ) : null}
          </p>
          {disabledBecause ? <p className="text-danger-text">{DISABLED_BECAUSE[disabledBecause]}</p> : null}
          <p className="text-text-muted">
            {kinds.length === 0 ? "Everything" : kinds.map((kind) => KIND_NAMES[kind]).join(", ")}
          </p>
          <p className="text-text-muted tabular-nums">
            {last ? (
              <>
                Last: {OUTCOMES[last.outcome]}
                {last.status ? ` (${last.status})` : ""}, <RelativeTime at={last.at} now={now} />
              </>
            ) : (
              "Nothing was sent yet"
            )}
            {waiting > 0 ? ` · ${waiting} to be tried again` : ""}
            {givenUp > 0 ? ` · ${givenUp} given up` : ""}
          </p>
        </div>
        <Button size="sm" pending={pending} aria-label={`Test ${address}`} onClick={() => void test()}>
          Test
        </Button>
        <DropdownMenu
          align="end"
          trigger={
            <Button variant="ghost" size="icon" aria-label={`Actions for ${address}`}>
              <Ellipsis aria-hidden />
            </Button>
          }
        >
          <DropdownMenuItem onSelect={() => onSelect("change")}>
            <Pencil aria-hidden /> Change…
          </DropdownMenuItem>
          {state === "active" ? (
            <DropdownMenuItem onSelect={() => onSelect("disable")}>
              <Square aria-hidden /> Disable
            </DropdownMenuItem>
          ) : (
            <DropdownMenuItem onSelect={() => onSelect("enable")}>
              <Play aria-hidden /> Enable
            </DropdownMenuItem>
          )}
          <DropdownMenuItem onSelect={() => onSelect("replace-secret")}>
            <KeyRound aria-hidden /> New secret…
          </DropdownMenuItem>
          <DropdownMenuSeparator />
          <DropdownMenuItem variant="danger" onSelect={() => onSelect("delete")}>
            <Trash2 aria-hidden /> Delete…
          </DropdownMenuItem>
        </DropdownMenu>
      </div>
      {result ? <Alert variant={result.isGood ? "success" : "danger"}>{result.sentence}</Alert> : null}
    </li>
  );
}

const DISABLED_BECAUSE = {
  failing: "Its receiver has taken nothing for days. Test it, then enable it again.",
  gone: "Its receiver says that it is gone. Change its address, or delete it.",
} as const;

const OUTCOMES: Record<DeliveryOutcome, string> = {
  delivered: "taken",
  refused: "refused",
  redirect: "answered with a redirect",
  timeout: "no answer in time",
  unreachable: "cannot be reached",
  address_refused: "the address is not open to this installation",
  secret_unreadable: "the secret cannot be opened",
};

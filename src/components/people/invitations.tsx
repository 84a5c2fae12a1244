"use client";

import { type SubmitEvent, useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { RelativeTime } from "@/components/ui/relative-time";
import { Skeleton } from "@/components/ui/skeleton";
import { useApi } from "@/components/use-api";
import { EMAIL_MAX_LENGTH } from "@/contracts/limits";
import type { AccountLink, InvitationSummary, InvitationsResponse } from "@/contracts/people";
import { ApiError, callApi } from "@/lib/http/api-client";
import { LinkDialog } from "./link-dialog";

const INVITATIONS_PATH = "/api/v1/operator/invitations";
/** Of those that can no longer be used. */
const PAST_SHOWN = 5;

type Task = { kind: "link"; link: AccountLink } | { kind: "revoke"; invitation: InvitationSummary };

/** Makes invitations, and shows those there are. @param now the server's clock in milliseconds */
export function Invitations({ now }: { now: number }) {
  const { data, failure, reload, mutate } = useApi<InvitationsResponse>(INVITATIONS_PATH);
  const [task, setTask] = useState<Task | null>(null);
  const [announcement, setAnnouncement] = useState("");
  const refresh = async () => {
    await mutate().catch(() => undefined);
  };

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
          Loading invitations
        </span>
        <Skeleton className="h-16" />
      </>
    );
  }
  const open = data.invitations.filter(({ state }) => state === "open");
  const past = data.invitations.filter(({ state }) => state !== "open").slice(0, PAST_SHOWN);
  return (
    <div className="grid gap-4">
      {data.signUp === "closed" ? (
        <Alert variant="info" role={undefined}>
          Sign-up is closed (SIGN_UP=closed): nobody can use an invitation. Set SIGN_UP=invited and restart to
          invite people.
        </Alert>
      ) : (
        <InviteForm
          onMade={async (link) => {
            setTask({ kind: "link", link });
            await refresh();
          }}
        />
      )}
      {open.length + past.length > 0 ? (
        <ul aria-label="Invitations" className="overflow-hidden rounded-xl border bg-surface">
          {[...open, ...past].map((invitation) => (
            <InvitationRow
              key={invitation.id}
              invitation={invitation}
              now={now}
              onRevoke={() => setTask({ kind: "revoke", invitation })}
            />
          ))}
        </ul>
      ) : (
        <p className="text-sm text-text-muted">No invitations yet.</p>
      )}
      <output className="sr-only">{announcement}</output>
      {task?.kind === "link" ? (
        <LinkDialog
          title="Invitation"
          description="Whoever opens it can make an account here, once."
          link={task.link}
          onClose={() => setTask(null)}
        />
      ) : null}
      <ConfirmDialog
        open={task?.kind === "revoke"}
        onClose={() => setTask(null)}
        title="Withdraw this invitation?"
        description="Its link no longer works. You can make another one."
        confirmLabel="Withdraw"
        onConfirm={async () => {
          if (task?.kind !== "revoke") return;
          await callApi(`${INVITATIONS_PATH}/${task.invitation.id}`, { method: "DELETE" });
          setAnnouncement("The invitation is withdrawn.");
          await refresh();
        }}
      />
    </div>
  );
}

function InviteForm({ onMade }: { onMade: (link: AccountLink) => Promise<void> }) {
  const field = useRef<HTMLInputElement>(null);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (pending) return;
    const email = field.current?.value.trim() ?? "";
    setPending(true);
    setProblem(null);
    try {
      const link = await callApi<AccountLink>(INVITATIONS_PATH, {
        method: "POST",
        body: email ? { email } : {},
      });
      if (field.current) field.current.value = "";
      await onMade(link);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(error.message);
      field.current?.focus();
    } finally {
      setPending(false);
    }
  }

  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="grid gap-3">
      <Field
        id="invite-email"
        label="Email (optional)"
        hint="With an address, the link makes an account for that address only. Nothing is sent: you pass the link on."
        error={problem}
      >
        {(control) => (
          <Input
            {...control}
            ref={field}
            type="email"
            inputMode="email"
            autoComplete="off"
            maxLength={EMAIL_MAX_LENGTH}
            onChange={() => setProblem(null)}
          />
        )}
      </Field>
      <div>
        <Button type="submit" variant="primary" pending={pending}>
          Make an invitation link
        </Button>
      </div>
    </form>
  );
}

const STATES = { open: "Open", used: "Used", revoked: "Withdrawn", expired: "Expired" } as const;

function InvitationRow({
  invitation: { email, state, createdAt, expiresAt, usedAt },
  now,
  onRevoke,
}: {
  invitation: InvitationSummary;
  now: number;
  onRevoke: () => void;
}) {
  const whom = email ?? "Anybody with the link";
  // To the second: several may be open for anybody.
  const madeAt = new Date(createdAt).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "medium" });
  return (
    <li className="flex min-h-14 items-center gap-3 border-b px-4 py-3 last:border-b-0">
      <div className="grid min-w-0 flex-1 gap-0.5 text-sm">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-medium wrap-anywhere">{whom}</span>
          <Badge variant={state === "open" ? "accent" : "neutral"}>{STATES[state]}</Badge>
        </p>
        <p className="text-text-muted">
          Made <RelativeTime at={createdAt} now={now} />
          {state === "open" ? (
            <>
              , expires <RelativeTime at={expiresAt} now={now} />
            </>
          ) : null}
          {usedAt ? (
            <>
              , used <RelativeTime at={usedAt} now={now} />
            </>
          ) : null}
        </p>
      </div>
      {state === "open" ? (
        <Button
          size="sm"
          aria-label={`Withdraw the invitation for ${whom}, made ${madeAt}`}
          onClick={onRevoke}
        >
          Withdraw
        </Button>
      ) : null}
    </li>
  );
}

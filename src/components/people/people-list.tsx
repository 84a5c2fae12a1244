"use client";

import { Search, Users } from "lucide-react";
import { useState } from "react";
import { Alert } from "@/components/ui/alert";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Input } from "@/components/ui/input";
import { Skeleton } from "@/components/ui/skeleton";
import type { AccountLink, PersonSummary } from "@/contracts/people";
import { callApi } from "@/lib/http/api-client";
import { LinkDialog } from "./link-dialog";
import { PersonRow, type PersonVerb } from "./person-row";
import { useDebounced } from "./use-debounced";
import { PEOPLE_PATH, usePeople } from "./use-people";

const SEARCH_AFTER_MS = 250;

type Task =
  | { kind: "suspend" | "end-sessions"; person: PersonSummary }
  | { kind: "link"; person: PersonSummary; link: AccountLink };

/** Everybody with an account, and what an operator can do about it. @param userId the operator */
export function PeopleList({ userId, now }: { userId: string; now: number }) {
  const [typed, setTyped] = useState("");
  const search = useDebounced(typed.trim(), SEARCH_AFTER_MS);
  const { people, failure, hasMore, isLoadingMore, loadMore, refresh } = usePeople(search);
  const [task, setTask] = useState<Task | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [announcement, setAnnouncement] = useState("");
  const close = () => setTask(null);

  async function act(person: PersonSummary, verb: PersonVerb): Promise<void> {
    const path: `/api/${string}` = `${PEOPLE_PATH}/${encodeURIComponent(person.id)}`;
    switch (verb) {
      case "suspend":
        await callApi(`${path}/suspension`, { method: "POST" });
        setAnnouncement(`${person.name} is suspended.`);
        break;
      case "unsuspend":
        await callApi(`${path}/suspension`, { method: "DELETE" });
        setAnnouncement(`${person.name} may sign in again.`);
        break;
      case "end-sessions":
        await callApi(`${path}/sessions`, { method: "DELETE" });
        setAnnouncement(`${person.name} is signed out everywhere.`);
        break;
      case "revoke-link":
        await callApi(`${path}/reset-link`, { method: "DELETE" });
        setAnnouncement(`The reset link of ${person.name} is withdrawn.`);
        break;
      case "reset-link": {
        const link = await callApi<AccountLink>(`${path}/reset-link`, { method: "POST" });
        setTask({ kind: "link", person, link });
        break;
      }
    }
    await refresh();
  }

  function select(person: PersonSummary, verb: PersonVerb): void {
    setProblem(null);
    if (verb === "suspend" || verb === "end-sessions") return setTask({ kind: verb, person });
    act(person, verb).catch((error: unknown) => {
      if (!(error instanceof Error)) throw error;
      setProblem(error.message);
    });
  }

  return (
    <div className="grid gap-4">
      <div className="relative">
        <Search
          aria-hidden
          className="pointer-events-none absolute inset-y-0 left-3 my-auto size-4 text-text-muted"
        />
        <Input
          type="search"
          aria-label="Search people"
          placeholder="Name or email"
          maxLength={200}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          className="pl-9"
        />
      </div>
      {problem ? <Alert variant="danger">{problem}</Alert> : null}
      {failure ? (
        <Alert variant="danger">
          {failure}
          <div>
            <Button size="sm" onClick={() => void refresh()}>
              Retry
            </Button>
          </div>
        </Alert>
      ) : null}
      {people === null ? (
        failure ? null : (
          <LoadingRows />
        )
      ) : people.length === 0 ? (
        <div className="rounded-xl border border-dashed bg-surface">
          <EmptyState icon={<Users />} title="Nobody found" className="py-8">
            No name and no email address contains “{search}”.
          </EmptyState>
        </div>
      ) : (
        <ul aria-label="People" className="overflow-hidden rounded-xl border bg-surface shadow-xs">
          {people.map((person) => (
            <PersonRow
              key={person.id}
              person={person}
              isMe={person.id === userId}
              now={now}
              onSelect={(verb) => select(person, verb)}
            />
          ))}
        </ul>
      )}
      {hasMore ? (
        <div>
          <Button pending={isLoadingMore} onClick={loadMore}>
            Show more
          </Button>
        </div>
      ) : null}
      <output className="sr-only">{announcement}</output>

      {task?.kind === "link" ? (
        <LinkDialog
          title={`Reset link for ${task.person.name}`}
          description="Whoever opens it sets a new password for this account, and every device is signed out. Older links no longer work."
          link={task.link}
          onClose={close}
        />
      ) : null}
      <ConfirmDialog
        open={task?.kind === "suspend"}
        onClose={close}
        title={<>Suspend {task?.person.name}?</>}
        description="They are signed out at once, answers on their way stop, and their keys are used for nothing. What is theirs stays, and you can let them in again."
        confirmLabel="Suspend"
        onConfirm={async () => {
          if (task?.kind === "suspend") await act(task.person, "suspend");
        }}
      />
      <ConfirmDialog
        open={task?.kind === "end-sessions"}
        onClose={close}
        title={<>Sign out {task?.person.name} everywhere?</>}
        description="Answers on their way stop. They can sign in again with their password."
        confirmLabel="Sign out everywhere"
        onConfirm={async () => {
          if (task?.kind === "end-sessions") await act(task.person, "end-sessions");
        }}
      />
    </div>
  );
}

function LoadingRows() {
  return (
    <div className="grid gap-px overflow-hidden rounded-xl border bg-surface p-4">
      <span role="status" className="sr-only">
        Loading people
      </span>
      <Skeleton className="mb-4 h-12" />
      <Skeleton className="mb-4 h-12" />
      <Skeleton className="h-12" />
    </div>
  );
}

import { Gauge, Plus } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Skeleton } from "@/components/ui/skeleton";
import { limitInWords } from "@/contracts/limit-words";
import { OWNER_MAX_LIMITS } from "@/contracts/limits";
import type { LimitView } from "@/contracts/spending-limits";
import { callApi } from "@/lib/http/api-client";
import { LimitForm, type ScopeChoice } from "./limit-form";
import { LimitRow, type LimitVerb } from "./limit-row";
import { scopeWords } from "./limit-words";
import { RaiseDialog } from "./raise-dialog";
import { RaiseForPersonDialog } from "./raise-for-person-dialog";

type Task = { verb: LimitVerb; limit: LimitView } | { verb: "add"; limit: null };

/** Limits with what may be done about them. */
export function LimitList({
  name,
  limits,
  failure,
  createPath,
  scopes,
  extra,
  empty,
  onChanged,
}: {
  /** Of the list, for screen readers. */
  name: string;
  /** Null while they load. */
  limits: LimitView[] | null;
  failure: string | null;
  createPath: `/api/${string}`;
  scopes: readonly ScopeChoice[];
  /** In the form of a new one. */
  extra?: ReactNode;
  /** Why there may be none. */
  empty: string;
  onChanged: () => Promise<unknown>;
}) {
  const [task, setTask] = useState<Task | null>(null);
  const [announcement, setAnnouncement] = useState("");
  const close = () => setTask(null);

  async function act(
    path: `/api/${string}`,
    method: "POST" | "PATCH" | "DELETE",
    body: object | undefined,
    done: string,
  ): Promise<void> {
    await callApi(path, { method, ...(body && { body }) });
    setAnnouncement(done);
    await onChanged();
  }

  if (failure) {
    return (
      <Alert variant="danger">
        {failure}
        <div>
          <Button size="sm" onClick={() => void onChanged()}>
            Retry
          </Button>
        </div>
      </Alert>
    );
  }
  if (!limits) {
    return (
      <div className="rounded-xl border bg-surface p-4">
        <span role="status" className="sr-only">
          Loading limits
        </span>
        <Skeleton className="mb-4 h-12" />
        <Skeleton className="h-12" />
      </div>
    );
  }
  const isFull = limits.length >= OWNER_MAX_LIMITS;
  const add = (
    <Button disabled={isFull} onClick={() => setTask({ verb: "add", limit: null })}>
      <Plus aria-hidden />
      Add a limit
    </Button>
  );
  const path = task?.limit ? (`/api/v1/limits/${encodeURIComponent(task.limit.id)}` as const) : null;
  const Raise = task?.limit?.scope.kind === "each_person" ? RaiseForPersonDialog : RaiseDialog;
  return (
    <div className="grid gap-4">
      {limits.length === 0 ? (
        <div className="rounded-xl border border-dashed bg-surface">
          <EmptyState icon={<Gauge />} title="No limits" className="py-8" action={add}>
            {empty}
          </EmptyState>
        </div>
      ) : (
        <>
          <ul aria-label={name} className="overflow-hidden rounded-xl border bg-surface shadow-xs">
            {limits.map((limit) => (
              <LimitRow key={limit.id} limit={limit} onSelect={(verb) => setTask({ verb, limit })} />
            ))}
          </ul>
          <div className="flex flex-wrap items-center gap-3">
            {add}
            {isFull ? (
              <p className="text-sm text-text-muted">
                There are {OWNER_MAX_LIMITS}, which is the most. Delete one first.
              </p>
            ) : null}
          </div>
        </>
      )}
      <output className="sr-only">{announcement}</output>

      {task?.verb === "add" || task?.verb === "edit" ? (
        <LimitForm
          limit={task.limit}
          scopes={scopes}
          extra={extra}
          onClose={close}
          onSave={(draft) =>
            path
              ? act(path, "PATCH", draft, "The limit is changed.")
              : act(createPath, "POST", draft, "The limit is added.")
          }
        />
      ) : null}
      {task?.verb === "raise" && path ? (
        <Raise
          limit={task.limit}
          onClose={close}
          onRaise={(raise) => act(`${path}/raise`, "POST", raise, "The limit is raised until it resets.")}
        />
      ) : null}
      <ConfirmDialog
        open={task?.verb === "delete"}
        onClose={close}
        title="Delete this limit?"
        description={
          task?.limit
            ? `${scopeWords(task.limit)}, ${limitInWords(task.limit)}. From then on nothing is refused because of it, and what was used of it is forgotten.`
            : ""
        }
        confirmLabel="Delete limit"
        onConfirm={async () => {
          if (path) await act(path, "DELETE", undefined, "The limit is deleted.");
        }}
      />
    </div>
  );
}

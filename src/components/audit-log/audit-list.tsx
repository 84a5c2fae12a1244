import { ScrollText } from "lucide-react";
import type { ReactNode } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Skeleton } from "@/components/ui/skeleton";
import type { AuditEntry } from "@/contracts/audit-log";
import { byDay } from "./audit-days";

/** The entries of a log by day, with what is shown instead of them. */
export function AuditList<Entry extends AuditEntry>({
  entries,
  failure,
  hasMore,
  isLoadingMore,
  isFiltered,
  loadMore,
  refresh,
  onClear,
  children,
}: {
  /** Null while they load. */
  entries: readonly Entry[] | null;
  failure: string | null;
  hasMore: boolean;
  isLoadingMore: boolean;
  isFiltered: boolean;
  loadMore: () => void;
  refresh: () => Promise<void>;
  onClear: () => void;
  children: (entry: Entry) => ReactNode;
}) {
  return (
    <div className="grid gap-6">
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
      {entries === null && !failure ? <Loading /> : null}
      {entries?.length === 0 ? (
        <div className="rounded-xl border border-dashed bg-surface">
          <EmptyState
            icon={<ScrollText />}
            title={isFiltered ? "Nothing matches" : "Nothing yet"}
            className="py-8"
            action={isFiltered ? <Button onClick={onClear}>Show everything</Button> : null}
          >
            {isFiltered
              ? "No record is of that kind, in that time and of that object."
              : "What is done with keys, projects and accounts is listed here from now on."}
          </EmptyState>
        </div>
      ) : null}
      {byDay(entries ?? []).map(({ day, entries: ofDay }) => (
        <section key={day} aria-label={day} className="grid gap-2">
          <h2 className="text-sm font-semibold">{day}</h2>
          <ul className="overflow-hidden rounded-xl border bg-surface shadow-xs">{ofDay.map(children)}</ul>
        </section>
      ))}
      {hasMore ? (
        <div>
          <Button pending={isLoadingMore} onClick={loadMore}>
            Show older
          </Button>
        </div>
      ) : null}
    </div>
  );
}

function Loading() {
  return (
    <div className="grid gap-2">
      <span role="status" className="sr-only">
        Loading
      </span>
      <Skeleton className="h-5 w-24" />
      <Skeleton className="h-11" />
      <Skeleton className="h-11" />
      <Skeleton className="h-11" />
    </div>
  );
}

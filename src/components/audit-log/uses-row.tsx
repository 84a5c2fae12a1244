import { countOf, formatCount } from "@/components/format-count";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import type { ActivityResponse, AuditUsesEntry } from "@/contracts/audit-log";
import { timeOf, wholeTimeOf } from "./audit-days";
import { AuditRow } from "./audit-row";
import { type AuditThings, keyWords, textIn } from "./audit-words";
import { useAuditPages } from "./use-audit-pages";

/** How often a key was used on a day, with each time behind it. */
export function UsesRow({
  uses,
  things,
  providers,
}: {
  uses: AuditUsesEntry;
  things: AuditThings;
  providers: ReadonlyMap<string, string>;
}) {
  const thing = things[uses.objectId];
  const key = thing?.kind === "key" ? keyWords(thing, providers) : "a key that is no longer saved";
  const count = uses.isAtLeast ? `at least ${formatCount(uses.count)} times` : countOf(uses.count, "time");
  return (
    <AuditRow
      at={null}
      sentence={`${key.charAt(0).toUpperCase()}${key.slice(1)} was opened ${count} for ${purposeWords(uses)}.`}
      note={`Last at ${timeOf(uses.lastAt)}`}
    >
      {() => <EachUse uses={uses} />}
    </AuditRow>
  );
}

function purposeWords({ purpose, count }: AuditUsesEntry): string {
  switch (purpose) {
    case "chat":
      return count === 1 ? "a message" : "messages";
    case "test":
      return count === 1 ? "a test" : "tests";
    case "list_models":
      return "a list of its models";
    default:
      return purpose === "" ? "an unknown purpose" : purpose.replaceAll("_", " ");
  }
}

function EachUse({ uses: { objectId, from, to, purpose } }: { uses: AuditUsesEntry }) {
  const { pages, failure, hasMore, isLoadingMore, loadMore, refresh } = useAuditPages<ActivityResponse>(
    "/api/v1/audit",
    { group: "uses", uses: "each", object: objectId, from, to },
  );
  if (failure) {
    return (
      <Alert variant="danger">
        {failure}
        <div>
          <Button size="sm" onClick={() => void refresh()}>
            Retry
          </Button>
        </div>
      </Alert>
    );
  }
  if (pages === null) return <Skeleton className="h-5 w-40" />;
  const events = pages
    .flatMap((page) => page.entries.map((entry) => ({ entry, things: page.things })))
    .flatMap(({ entry, things }) => (entry.kind === "event" ? [{ entry, things }] : []))
    .filter(({ entry }) => textIn(entry.detail, "purpose") === purpose);
  return (
    <div className="grid gap-2 text-sm">
      <ul aria-label="Each use" className="grid gap-1">
        {events.map(({ entry: { id, at, detail, session }, things }) => {
          const project = things[textIn(detail, "project")];
          return (
            <li key={id} className="wrap-anywhere">
              <time dateTime={at} title={wholeTimeOf(at)} className="tabular-nums">
                {timeOf(at)}
              </time>
              {project?.kind === "project" ? ` in “${project.name}”` : ""}
              {session?.device ? <span className="text-text-muted"> · {session.device}</span> : null}
            </li>
          );
        })}
      </ul>
      {hasMore ? (
        <div>
          <Button size="sm" pending={isLoadingMore} onClick={loadMore}>
            Show more
          </Button>
        </div>
      ) : null}
    </div>
  );
}

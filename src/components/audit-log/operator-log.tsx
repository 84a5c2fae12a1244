"use client";

import { useMemo, useState } from "react";
import { formatCount } from "@/components/format-count";
import { Alert } from "@/components/ui/alert";
import { RelativeTime } from "@/components/ui/relative-time";
import { VerifyAuditForm } from "@/components/vault/verify-audit-form";
import type { AuditEventEntry, AuditLogResponse, LastAuditVerification } from "@/contracts/audit-log";
import { ActorSearch } from "./actor-search";
import { AuditFilters, type AuditFilterValues, NO_FILTER, queryOf } from "./audit-filters";
import { AuditList } from "./audit-list";
import type { AuditThings } from "./audit-words";
import { EventRow } from "./event-row";
import { ExportLinks } from "./export-links";
import { useAuditPages } from "./use-audit-pages";

const PATH = "/api/v1/operator/audit";

/**
 * The whole audit trail, for operators.
 *
 * @param providers names by id
 * @param now the server's clock in milliseconds
 */
export function OperatorLog({ providers, now }: { providers: Record<string, string>; now: number }) {
  const [filter, setFilter] = useState(NO_FILTER);
  const names = useMemo(() => new Map(Object.entries(providers)), [providers]);
  const query = queryOf(filter);
  const log = useAuditPages<AuditLogResponse>(PATH, {
    ...query,
    uses: filter.group === "uses" ? "each" : "left_out",
  });
  const things = useMemo<AuditThings>(
    () => Object.assign({}, ...(log.pages ?? []).map((page) => page.things)),
    [log.pages],
  );
  const entries = log.pages?.flatMap((page) => page.entries) ?? null;
  return (
    <div className="grid gap-6">
      <div className="grid gap-3">
        <ActorSearch onChoose={(actor) => setFilter({ ...filter, actor })} />
        <AuditFilters
          values={filter}
          everything="Everything but uses of keys"
          chosen={chosenIn(filter, entries ?? [], things)}
          onChange={setFilter}
        />
      </div>
      <ExportLinks path={`${PATH}/export`} query={query} />
      <AuditList
        {...log}
        entries={entries}
        isFiltered={JSON.stringify(filter) !== JSON.stringify(NO_FILTER)}
        onClear={() => setFilter(NO_FILTER)}
      >
        {(event) => (
          <EventRow
            key={event.id}
            event={event}
            things={things}
            providers={names}
            only={{
              object: (object) => setFilter({ ...filter, object }),
              actor: (actor) => setFilter({ ...filter, actor }),
            }}
          />
        )}
      </AuditList>
      <section aria-labelledby="verify" className="grid gap-4 border-t pt-8">
        <div>
          <h2 id="verify" className="scroll-mt-20 font-semibold">
            Verify
          </h2>
          <p className="mt-1 max-w-prose text-sm text-pretty text-text-muted">
            Each record covers the one before it. Verifying reads the whole trail and finds records that were
            changed, moved or removed. Of an exported file, give any line’s <code>seq:mac</code> as the record
            noted earlier: a trail in which that record is another one, or gone, is told apart.
          </p>
        </div>
        {log.pages?.[0] ? (
          <Coverage last={log.pages[0].lastVerification} entries={entries ?? []} now={now} />
        ) : null}
        <VerifyAuditForm refresh={log.refresh} />
      </section>
    </div>
  );
}

function chosenIn(filter: AuditFilterValues, entries: readonly AuditEventEntry[], things: AuditThings) {
  const chosen: { field: "actor" | "object"; words: string }[] = [];
  if (filter.actor) {
    const actor = entries.find((entry) => "id" in entry.actor && entry.actor.id === filter.actor)?.actor;
    const name = actor?.kind === "account" ? actor.name : filter.actor;
    chosen.push({ field: "actor", words: `By ${name}` });
  }
  if (filter.object) {
    const thing = things[filter.object];
    chosen.push({
      field: "object",
      words: `Object ${thing?.kind === "account" ? thing.name : filter.object}`,
    });
  }
  return chosen;
}

/** Whether the last verification read what is shown. */
function Coverage({
  last,
  entries,
  now,
}: {
  last: LastAuditVerification | null;
  entries: readonly AuditEventEntry[];
  now: number;
}) {
  if (!last) return <Alert variant="warning">The trail has never been verified.</Alert>;
  const newer = entries.filter(({ seq }) => seq === null || seq > last.through).length;
  const when = <RelativeTime at={last.at} now={now} />;
  if (!last.ok) {
    return (
      <Alert variant="danger">
        <p>The last verification, {when}, found problems. Verify again to see them.</p>
      </Alert>
    );
  }
  return (
    <p className="text-sm text-pretty">
      Verified {when}: whole up to record {formatCount(last.through)}.{" "}
      {newer === 0
        ? "Every record shown here was in it."
        : `${newer === entries.length ? "All" : formatCount(newer)} of the records shown here ${newer === 1 ? "is" : "are"} newer.`}
    </p>
  );
}

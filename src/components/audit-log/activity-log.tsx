"use client";

import { useMemo, useState } from "react";
import type { AuditGroup } from "@/contracts/audit-groups";
import type { ActivityResponse } from "@/contracts/audit-log";
import { timeZone } from "./audit-days";
import { AuditFilters, NO_FILTER, queryOf } from "./audit-filters";
import { AuditList } from "./audit-list";
import { keyWords } from "./audit-words";
import { EventRow } from "./event-row";
import { ExportLinks } from "./export-links";
import { useAuditPages } from "./use-audit-pages";
import { UsesRow } from "./uses-row";

const PATH = "/api/v1/audit";

/**
 * What was done with a person's things.
 *
 * @param providers names by id
 * @param first by what it is filtered at first
 */
export function ActivityLog({
  providers,
  first,
}: {
  providers: Record<string, string>;
  first: { group?: AuditGroup; object?: string };
}) {
  const [filter, setFilter] = useState({ ...NO_FILTER, ...first });
  const names = useMemo(() => new Map(Object.entries(providers)), [providers]);
  const { actor: _none, ...query } = queryOf(filter);
  const isEach = filter.group === "uses";
  const log = useAuditPages<ActivityResponse>(PATH, {
    ...query,
    ...(isEach ? { uses: "each" } : { uses: "summed", timeZone: timeZone() }),
  });
  const things = useMemo(
    () => Object.assign({}, ...(log.pages ?? []).map((page) => page.things)),
    [log.pages],
  );
  const object = things[filter.object];
  return (
    <div className="grid gap-6">
      <AuditFilters
        values={filter}
        everything="Everything, uses of keys by day"
        chosen={
          filter.object
            ? [
                {
                  field: "object",
                  words: object?.kind === "key" ? keyWords(object, names) : `Object ${filter.object}`,
                },
              ]
            : []
        }
        onChange={setFilter}
      />
      <ExportLinks path={`${PATH}/export`} query={query} />
      <AuditList
        {...log}
        entries={log.pages?.flatMap((page) => page.entries) ?? null}
        isFiltered={JSON.stringify(filter) !== JSON.stringify(NO_FILTER)}
        onClear={() => setFilter(NO_FILTER)}
      >
        {(entry) =>
          entry.kind === "uses" ? (
            <UsesRow
              key={`${entry.from} ${entry.objectId} ${entry.purpose}`}
              uses={entry}
              things={things}
              providers={names}
            />
          ) : (
            <EventRow
              key={entry.id}
              event={entry}
              things={things}
              providers={names}
              only={{ object: (id) => setFilter({ ...filter, object: id }) }}
            />
          )
        }
      </AuditList>
    </div>
  );
}

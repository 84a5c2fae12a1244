import "server-only";
import { type SQL, sql } from "drizzle-orm";
import type { AuditFilter } from "@/contracts/audit-log";
import { database } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";
import {
  type AuditPlace,
  IS_NO_USE,
  IS_USE,
  isAbout,
  isInGroup,
  kindsOf,
  NEWEST_FIRST,
  READ_COLUMNS,
  type ReadEvent,
  windowOf,
} from "./audit-window";

/**
 * Any records of the trail, the newest first. For operators.
 *
 * @param options.withUses without a group: with each opening of a key
 */
export async function readAllEvents(
  filter: AuditFilter & { actor?: string | undefined },
  options: { withUses: boolean; before: AuditPlace | null; limit: number },
): Promise<ReadEvent[]> {
  const { group, object, actor } = filter;
  const window = windowOf(filter, options.before);
  const newest = sql`${NEWEST_FIRST} limit ${options.limit}`;
  const uses =
    group === "uses" ? "only" : options.withUses && group === undefined ? "with" : ("without" as const);
  const isOfActor = actor === undefined ? sql`true` : sql`e.actor_id = ${actor}`;

  let reachable = sql`none as (select 1)`;
  const branches: SQL[] = [];
  if (object !== undefined) {
    const isOfObject = isAbout(sql`${object}::text`);
    reachable = pairsOf(isOfObject);
    const isAsked = {
      only: sql`e.action = ${"value.opened"}`,
      with: sql`true`,
      without: sql`${IS_NO_USE} and ${isInGroup(group, sql`e.action`)}`,
    }[uses];
    branches.push(sql`select e.* from (select * from pairs e where ${isOfActor} and ${isAsked}) p
      cross join lateral (select * from audit_events e where ${isOfObject}
        and e.actor_id = p.actor_id and e.action = p.action and ${window} ${newest}) e`);
  } else if (actor === undefined && uses === "with") {
    branches.push(sql`(select e.* from audit_events e where ${window} ${newest})`);
  } else {
    if (uses !== "only") {
      reachable = kindsOf(isOfActor);
      branches.push(sql`select e.* from kinds k cross join lateral (select * from audit_events e
        where ${isOfActor} and e.action = k.action and ${IS_NO_USE} and ${window} ${newest}) e
        where ${isInGroup(group, sql`k.action`)}`);
    }
    if (uses !== "without") {
      branches.push(
        sql`(select e.* from audit_events e where ${isOfActor} and ${IS_USE} and ${window} ${newest})`,
      );
    }
  }
  return rowsOf<ReadEvent>(
    await database(),
    sql`with recursive ${reachable}, found as (${sql.join(branches, sql` union all `)})
      select ${READ_COLUMNS}, e.detail from found e ${newest}`,
  );
}

/**
 * A common table expression `pairs`: who did which actions to an object, read by jumping through its index.
 */
function pairsOf(isOfObject: SQL): SQL {
  return sql`pairs (actor_id, action) as (
    (select e.actor_id, e.action from audit_events e where ${isOfObject}
      order by e.actor_id, e.action limit 1)
    union all
    select n.* from pairs p cross join lateral (
      select e.actor_id, e.action from audit_events e
      where ${isOfObject} and (e.actor_id, e.action) > (p.actor_id, p.action)
      order by e.actor_id, e.action limit 1) n
  )`;
}

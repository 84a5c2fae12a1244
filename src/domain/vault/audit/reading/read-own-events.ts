import "server-only";
import { type SQL, sql } from "drizzle-orm";
import type { AuditFilter } from "@/contracts/audit-log";
import type { Actor } from "@/domain/identity/actor";
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

/** Actions that make a thing: whoever took one had the thing, also when it is gone. */
const MAKING = [
  "ai_key.saved",
  "ai_key.held",
  "project.created",
  "project_secret.saved",
  "webhook.added",
  "admin_key.saved",
];

export interface OwnEvent extends ReadEvent {
  /** Nothing was left out of it, so that its MAC covers what is shown. */
  isWhole: boolean;
}

/**
 * What a person may read of the trail: what they did, and what others did to their account or to things that
 * are or were theirs. Who else acted is not told, nor are others' values in a record of many.
 *
 * @param options.withUses with each time they, or the server for them, opened a key
 */
export async function readOwnEvents(
  actor: Actor,
  filter: AuditFilter,
  options: { withUses: boolean; before: AuditPlace | null; limit: number },
): Promise<OwnEvent[]> {
  const { limit } = options;
  const { group, object } = filter;
  const me = sql`${actor.userId}::text`;
  const window = windowOf(filter, options.before);
  const isAsked = object === undefined ? sql`true` : isAbout(sql`${object}::text`);
  const newest = sql`${NEWEST_FIRST} limit ${limit}`;
  // The server opens keys and secrets each night and for each message to a webhook, and that is no news.
  const isShown =
    options.withUses && group === undefined
      ? sql`true`
      : sql`(${IS_NO_USE} or not starts_with(e.actor_id, 'system:'))`;
  const branches: SQL[] = [];
  if (group !== "uses") {
    branches.push(
      // What they did.
      sql`select e.* from kinds k cross join lateral (select * from audit_events e
        where e.actor_id = ${me} and e.action = k.action and ${IS_NO_USE} and ${isAsked} and ${window} ${newest}) e
        where ${isInGroup(group, sql`k.action`)}`,
      // What others did: two ranges, so that not one of their own records of a key is read.
      ...[sql`<`, sql`>`].map(
        (beside) => sql`select e.* from mine m cross join lateral (select * from audit_events e
          where ${isAbout(sql`m.id`)} and e.actor_id ${beside} ${me}
            and ${isShown}
            and ${isInGroup(group, sql`e.action`)} and ${window} ${newest}) e
          where ${object === undefined ? sql`true` : sql`m.id = ${object}`}`,
      ),
      // What others did for them to something that is not theirs.
      sql`(select e.* from audit_events e where ${isFor(me)} and e.actor_id <> ${me}
        and ${object === undefined ? sql`true` : sql`e.object_id = ${object}`}
        and not exists (select 1 from mine m where m.id = e.object_id)
        and ${isInGroup(group, sql`e.action`)} and ${window} ${newest})`,
      // What the vault did to many values at once.
      sql`(select e.* from audit_events e where e.detail ? 'rows'
        and e.detail -> 'rows' ?| array(select id from mine where ${object === undefined ? sql`true` : sql`id = ${object}`})
        and starts_with(e.actor_id, 'system:') and ${isInGroup(group, sql`e.action`)} and ${window} ${newest})`,
    );
  }
  if (group === "uses" || (options.withUses && group === undefined)) {
    branches.push(sql`(select e.* from audit_events e
      where ${object === undefined ? sql`true` : isAbout(sql`${object}::text`)}
        and e.actor_id = ${me} and ${IS_USE} and ${window} ${newest})`);
  }
  return rowsOf<OwnEvent>(
    await database(),
    sql`with recursive ${kindsOf(sql`e.actor_id = ${me}`)}, ${thingsOf(me)},
      found as (${sql.join(branches, sql` union all `)})
      select ${READ_COLUMNS},
        case when e.actor_id = ${me} then e.detail
          when jsonb_typeof(e.detail) <> 'object' then null
          when jsonb_typeof(e.detail -> 'rows') = 'array' then (e.detail - 'session') || jsonb_build_object('rows', (
            select coalesce(jsonb_agg(each.id), '[]') from jsonb_array_elements_text(e.detail -> 'rows') each (id)
            where each.id in (select id from mine)))
          else e.detail - 'session' - 'rows' end as detail,
        e.actor_id = ${me} or (starts_with(e.actor_id, 'system:')
          and not coalesce(e.detail ?| array['rows', 'session'], false)) as "isWhole"
      from found e ${newest}`,
  );
}

/** Whether the detail of `e` names a person, as the predicate of an index spells it. */
function isFor(person: SQL): SQL {
  const named = sql`coalesce(e.detail ->> 'personId', e.detail ->> 'scopeId')`;
  return sql`e.detail ?| array['personId', 'scopeId']
    and left(${named}, 64) = left(${person}, 64) and ${named} = ${person}`;
}

/** A common table expression `mine`: the account, and the things that are or were this person's. */
function thingsOf(me: SQL): SQL {
  const making = sql.raw(MAKING.map((action) => `'${action}'`).join(", "));
  return sql`mine (id) as materialized (
    values (${me}), ('user:' || ${me})
    union select 'session:' || s.id from session s where s.user_id = ${me}
    union select 'account:' || a.id from account a where a.user_id = ${me}
    union select k.id::text from user_ai_api_keys k where k.user_id = ${me}
    union select p.id::text from projects p where p.user_id = ${me}
    union select s.id::text from project_secrets s join projects p on p.id = s.project_id where p.user_id = ${me}
    union select e.object_id from audit_events e
      where e.actor_id = ${me} and ${IS_NO_USE} and e.action in (${making}) and e.object_id is not null
        and coalesce(e.detail ->> 'owner', '') <> 'installation'
    union select e.object_id from audit_events e
      where ${isFor(me)} and e.action = 'limit.created' and e.detail ->> 'scopeId' = ${me}
  )`;
}

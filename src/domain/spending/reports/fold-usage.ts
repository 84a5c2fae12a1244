import "server-only";
import { type SQL, sql } from "drizzle-orm";
import { database, databaseConnection } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";
import { SPANS } from "./spans";
import { KEY_COLUMNS, SUM_COLUMNS } from "./usage-columns";

/** Same number everywhere: servers of one database fold one after the other. */
const FOLDING_LOCK = 7_261_030;
/** Rows of the tail in one transaction: a fraction of a second. */
const AT_ONCE = 5_000;

const keys = sql.raw(KEY_COLUMNS.join(", "));
const sums = sql.raw(SUM_COLUMNS.map((name) => `sum(${name})::bigint as ${name}`).join(", "));
const added = sql.raw(
  SUM_COLUMNS.map((name) => `${name} = usage_sums.${name} + excluded.${name}`).join(", "),
);
const isEmpty = sql.raw(SUM_COLUMNS.map((name) => `${name} = 0`).join(" and "));

/**
 * Moves the tail into the sums. Whoever reads both in one statement sees each row of the tail in exactly one
 * of them, whenever that is, and however many servers fold. Leaves it to another server that is at it.
 */
export async function foldUsage(): Promise<void> {
  let moved = 0;
  let some = 0;
  do {
    // oxlint-disable-next-line no-await-in-loop -- each takes what the one before has left
    some = await foldSome();
    moved += some;
  } while (some === AT_ONCE);
  if (moved > 0) await clearPlace();
}

/** A Postgres server frees the place of moved rows by itself; the embedded database has nobody who does. */
async function clearPlace(): Promise<void> {
  const { jobs, query } = await databaseConnection();
  if (jobs.backend === "pglite") await query("vacuum usage_tail, usage_sums");
}

async function foldSome(): Promise<number> {
  const db = await database();
  return db.transaction(async (tx) => {
    // Not for the sums, which hold without it: two that add to the same sums could wait for each other.
    const [lock] = await rowsOf<{ isMine: boolean }>(
      tx,
      sql`select pg_try_advisory_xact_lock(${FOLDING_LOCK}) as "isMine"`,
    );
    if (!lock?.isMine) return 0;
    const [folded] = await rowsOf<{ moved: number; empty: string[] }>(tx, FOLD);
    // Nothing is left of what was deleted.
    if (folded && folded.empty.length > 0) {
      const places = sql`${sql.param(folded.empty)}::tid[]`;
      await tx.execute(sql`delete from usage_sums where ctid = any(${places}) and ${isEmpty}`);
    }
    return folded?.moved ?? 0;
  });
}

const FOLD: SQL = sql`with moved as (
    delete from usage_tail where ctid = any(array(select ctid from usage_tail limit ${sql.raw(String(AT_ONCE))}))
    returning *
  ), folded as (
    insert into usage_sums (minutes, starts_at, ${keys}, ${sql.raw(SUM_COLUMNS.join(", "))})
    select minutes, date_bin(minutes * interval '1 minute', starts_at, '2000-01-01T00:00:00Z'), ${keys}, ${sums}
    from moved cross join unnest(array[${sql.raw(SPANS.join(", "))}]) as spans(minutes) group by 1, 2, ${keys}
    on conflict on constraint usage_sums_once do update set ${added}
    returning ctid::text as place, ${isEmpty} as is_empty
  ) select (select count(*) from moved)::int as moved,
    coalesce((select json_agg(place) from folded where is_empty), '[]') as empty`;

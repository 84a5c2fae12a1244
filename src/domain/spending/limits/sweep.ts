import "server-only";
import { sql } from "drizzle-orm";
import { database } from "@/lib/db/client";
import { runStatement } from "@/lib/db/run-statement";

/** In one go; the rest comes with the next. */
const MOST_AT_ONCE = 1000;

/**
 * Settles what servers that died had reserved, at the cost of the input: it was sent, or was about to be.
 * Safe on several servers at once: each takes those that no other has.
 *
 * @returns how many
 */
export async function sweepReservations(): Promise<number> {
  for (let swept = 0; swept < MOST_AT_ONCE; swept += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one at a time: each holds its own windows in their order
    const [row] = await runStatement<{ id: string | null }>("select sweep_reservation() as id", []);
    if (!row?.id) return swept;
  }
  return MOST_AT_ONCE;
}

/** Removes what has served: ended reservations, windows of deleted limits, and those long over. */
export async function dropOldWindows(): Promise<void> {
  const db = await database();
  await db.execute(sql`delete from reservations where id in (
    select id from reservations where state <> 'held' and held_until < now() - interval '1 hour'
    order by held_until limit 10000 for update skip locked)`);
  // A minute is over in an hour, whatever else is written late; the others are shown for a year.
  await db.execute(sql`delete from limit_windows where (limit_id, subject, starts_at) in (
    select w.limit_id, w.subject, w.starts_at from limit_windows w left join limits l on l.id = w.limit_id
    where l.id is null or (w.reserved = 0 and w.ends_at < now() - case l.period when 'minute' then interval '1 hour' else interval '400 days' end)
    limit 10000 for update of w skip locked)`);
}

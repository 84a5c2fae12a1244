import "server-only";
import { runStatement } from "@/lib/db/run-statement";
import { logger } from "@/lib/logger";

/** In one go; the rest comes with the next. */
const MOST_AT_ONCE = 1000;

const DUE = `select id from reservations where state = 'held' and held_until <= now()
  order by held_until limit ${MOST_AT_ONCE}`;

/**
 * Settles what servers that died had reserved, at the cost of the input: it was sent, or was about to be.
 * Safe on several servers at once.
 *
 * @returns how many
 */
export async function sweepReservations(): Promise<number> {
  let swept = 0;
  for (const { id } of await runStatement<{ id: string }>(DUE, [])) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- one at a time: each holds its own windows in their order
      const [row] = await runStatement<{ isSwept: boolean }>(
        'select sweep_reservation($1::uuid) as "isSwept"',
        [id],
      );
      if (row?.isSwept) swept += 1;
    } catch (error) {
      // The next turn tries again; the others do not wait for it.
      logger.warn({ err: error, reservation: id }, "a reservation of a server that died was not settled");
    }
  }
  return swept;
}

const DROPPED_AT_ONCE = 10_000;

const DROP_RESERVATIONS = `delete from reservations where id in (
    select id from reservations where state <> 'held' and held_until < now() - interval '1 hour'
    order by held_until limit ${DROPPED_AT_ONCE} for update skip locked)
  returning 1`;
/** A minute is over in an hour, whatever else is written late; the others are shown for a year. */
const DROP_WINDOWS = `delete from limit_windows where (limit_id, subject, starts_at) in (
    select w.limit_id, w.subject, w.starts_at from limit_windows w left join limits l on l.id = w.limit_id
    where l.id is null or (w.reserved = 0 and w.ends_at < now()
      - case l.period when 'minute' then interval '1 hour' else interval '400 days' end)
    limit ${DROPPED_AT_ONCE} for update of w skip locked)
  returning 1`;

/** Removes what has served: ended reservations, windows of deleted limits, and those long over. */
export async function dropOldWindows(): Promise<void> {
  for (const drop of [DROP_RESERVATIONS, DROP_WINDOWS]) {
    // oxlint-disable-next-line no-await-in-loop -- batch after batch
    while ((await runStatement(drop, [])).length === DROPPED_AT_ONCE);
  }
}

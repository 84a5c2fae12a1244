import "server-only";
import { sql } from "drizzle-orm";
import { NOTIFICATION_DAYS } from "@/contracts/limits";
import { database } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";

const BATCH = 1000;

/** Deletes notifications that are 90 days old, with what was read and delivered of them. */
export async function deleteOldNotifications(): Promise<void> {
  const db = await database();
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- batch after batch, so that nobody waits for long
    const deleted = await rowsOf(
      db,
      sql`delete from notifications where id in (
          select id from notifications where created_at < now() - ${NOTIFICATION_DAYS} * interval '1 day'
          limit ${BATCH} for update skip locked
        ) returning 1`,
    );
    if (deleted.length < BATCH) return;
  }
}

import { sql } from "drizzle-orm";
import { database } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";

/** More polls than any wait here takes. */
const LOOKS = 20_000;

/** Resolves when this many connections of the Postgres database wait for a lock. */
export async function untilWaiting(connections: number): Promise<void> {
  const db = await database();
  for (let look = 0; look < LOOKS; look += 1) {
    const [row] = await rowsOf<{ n: number }>(
      db,
      sql`select count(*)::int as n from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
    );
    if ((row?.n ?? 0) >= connections) return;
  }
  throw new Error("nobody waits for a lock");
}

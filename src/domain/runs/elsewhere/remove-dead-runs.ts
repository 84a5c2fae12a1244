import "server-only";
import { sql } from "drizzle-orm";
import { database, databaseConnection } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";
import { RUN_IS_OVER } from "./server-is-dead";

/**
 * At the start of a server: removes the runs of servers that died, so that their threads are free and what
 * had come of their answers is shown. The embedded database had no other server.
 */
export async function removeDeadRuns(): Promise<void> {
  const { db, listen } = await databaseConnection();
  const isDead = listen ? RUN_IS_OVER : sql`true`;
  await db.execute(sql`delete from runs where ${isDead}`);
  await removeLeftChunks();
}

/** @returns false if its server lives, or there is none of this id */
export async function removeRunIfDead(runId: string): Promise<boolean> {
  const removed = await rowsOf(
    await database(),
    sql`delete from runs where run_id = ${runId} and ${RUN_IS_OVER} returning 1`,
  );
  return removed.length > 0;
}

/** What servers that died had passed on to others. */
export async function removeLeftChunks(): Promise<void> {
  const db = await database();
  await db.execute(sql`delete from run_chunks where run_id not in (select run_id from runs)
    and created_at < now() - interval '1 minute'`);
}

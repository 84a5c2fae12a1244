import "server-only";
import { sql } from "drizzle-orm";
import { databaseConnection } from "@/lib/db/client";
import { SERVER_IS_DEAD } from "./server-is-dead";

/**
 * At the start of a server: removes the runs of servers that died, so that their threads are free and what
 * had come of their answers is shown. The embedded database had no other server.
 */
export async function removeDeadRuns(): Promise<void> {
  const { db, listen } = await databaseConnection();
  const isDead = listen ? sql`expires_at <= now() or ${SERVER_IS_DEAD}` : sql`true`;
  await db.execute(sql`delete from runs where ${isDead}`);
  await db.execute(sql`delete from run_chunks where run_id not in (select run_id from runs)
    and created_at < now() - interval '1 minute'`);
}

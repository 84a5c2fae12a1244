import "server-only";
import { sql } from "drizzle-orm";
import { databaseConnection } from "@/lib/db/client";
import { SERVER_LOCK } from "./run-channel";

/**
 * At the start of a server: removes the runs of servers that died, so that their threads are free and what
 * had come of their answers is shown. The embedded database had no other server; on Postgres a server that
 * lives and can be heard holds its lock, and one that cannot be heard counts as dead when its runs expire.
 */
export async function removeDeadRuns(): Promise<void> {
  const { db, listen } = await databaseConnection();
  const isDead = listen
    ? sql`expires_at <= now() or (has_lock and not exists (
        select 1 from pg_locks where locktype = 'advisory'
          and database = (select oid from pg_database where datname = current_database())
          and classid = ${SERVER_LOCK}::bigint::oid and objid = (hashtext(server_id::text)::bigint & 4294967295)::oid
      ))`
    : sql`true`;
  await db.execute(sql`delete from runs where ${isDead}`);
  await db.execute(sql`delete from run_chunks where run_id not in (select run_id from runs)
    and created_at < now() - interval '1 minute'`);
}

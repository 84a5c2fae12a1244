import "server-only";
import { sql } from "drizzle-orm";

/** The first of two keys of the advisory lock that a server holds as long as it lives and is heard. */
export const SERVER_LOCK = 1_869_767_523;

/**
 * A condition on rows of `runs`: their server held the lock and no longer does, which Postgres knows at once
 * of a killed process. A server that cannot be heard counts as dead when its runs expire.
 */
const DEAD = `(runs.has_lock and not exists (
  select 1 from pg_locks where locktype = 'advisory'
    and database = (select oid from pg_database where datname = current_database())
    and classid = ${SERVER_LOCK}::bigint::oid and objid = (hashtext(runs.server_id::text)::bigint & 4294967295)::oid
))`;

/** A condition on rows of `runs` whose server died. What a statement removes is still seen by its rest. */
export const RUN_IS_OVER_TEXT = `(runs.expires_at <= now() or ${DEAD})`;
export const RUN_IS_OVER = sql.raw(RUN_IS_OVER_TEXT);

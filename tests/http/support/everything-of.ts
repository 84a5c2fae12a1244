import { sql } from "./database";

/**
 * Every row that belongs to a person, for comparing before and after. Sessions are left out: using one renews
 * it.
 */
export async function everythingOf(userId: string): Promise<Record<string, unknown[]>> {
  const ofProjects = "where project_id in (select id from projects where user_id = $1)";
  const queries = {
    user: `select * from "user" where id = $1`,
    account: "select * from account where user_id = $1",
    projects: "select * from projects where user_id = $1 order by id",
    project_files: `select * from project_files ${ofProjects} order by project_id, path`,
    project_secrets: `select * from project_secrets ${ofProjects} order by id`,
    threads: `select * from threads ${ofProjects} order by id`,
    messages: `select * from messages where thread_id in (select id from threads ${ofProjects}) order by position`,
    user_ai_api_keys: "select * from user_ai_api_keys where user_id = $1 order by id",
    admin_keys: "select * from admin_keys where owner_kind = 'person' and owner_id = $1",
    default_selections: "select * from default_selections where user_id = $1",
    limits: "select * from limits where owner_id = $1 or scope_id = $1 order by id",
    limit_windows: `select * from limit_windows where subject = $1
      or limit_id in (select id from limits where owner_id = $1 or scope_id = $1) order by limit_id, starts_at`,
    usage_events: "select * from usage_events where user_id = $1 order by id",
    // Without what the delivery in the background notes.
    notifications: "select id, kind, dedupe_key, detail from notifications where owner_id = $1 order by id",
    notification_reads: "select * from notification_reads where user_id = $1 order by notification_id",
    notification_settings: "select * from notification_settings where user_id = $1 order by kind, channel",
    webhooks: "select id, address, kinds, secret, disabled_at from webhooks where owner_id = $1 order by id",
    // Without what is written a moment later: the chain's columns, and queued records. That a value was
    // opened or a key tested shows in the key's row. Sessions are left out here too.
    audit_events: `select id, at, action, object_id, detail from audit_events
      where actor_id = $1 and action not like 'value.open%' and action !~ '^(account|session|sign_in)[.]'
        and action not in ('operator.denied', 'ai_key.tested', 'ai_key.held', 'ai_key.connected') order by id`,
  };
  const entries = Object.entries(queries).map(
    async ([table, query]) => [table, await sql(query, [userId])] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

import "server-only";
import { sql } from "drizzle-orm";
import type { AuditThing } from "@/contracts/audit-log";
import type { Actor } from "@/domain/identity/actor";
import { database } from "@/lib/db/client";
import { listParam, rowsOf } from "@/lib/db/rows-of";

/** What ids name today, of a person's own things. */
export async function nameOwnThings(
  actor: Actor,
  ids: readonly string[],
): Promise<Record<string, AuditThing>> {
  if (ids.length === 0) return {};
  const asked = sql`${listParam(ids)}::text[]`;
  const rows = await rowsOf<{
    id: string;
    kind: "key" | "project" | "secret";
    a: string;
    b: string;
    c: string;
  }>(
    await database(),
    sql`select id::text as id, 'key' as kind, provider as a, label as b, last4 as c from user_ai_api_keys
        where user_id = ${actor.userId} and id::text = any(${asked})
      union all select id::text, 'project', name, '', '' from projects
        where user_id = ${actor.userId} and id::text = any(${asked})
      union all select s.id::text, 'secret', s.name, p.name, '' from project_secrets s
        join projects p on p.id = s.project_id where p.user_id = ${actor.userId} and s.id::text = any(${asked})`,
  );
  const things = Object.fromEntries(
    rows.map(({ id, kind, a, b, c }): [string, AuditThing] => {
      if (kind === "key") return [id, { kind, provider: a, label: b, last4: c }];
      return [id, kind === "project" ? { kind, name: a } : { kind, name: a, projectName: b }];
    }),
  );
  for (const id of [actor.userId, `user:${actor.userId}`]) {
    if (ids.includes(id)) things[id] = { kind: "my_account" };
  }
  return things;
}

/** The accounts that ids name, for operators: no other thing has a name for them. */
export async function nameAccounts(
  ids: readonly string[],
): Promise<Record<string, { kind: "account"; name: string; email: string }>> {
  if (ids.length === 0) return {};
  const rows = await rowsOf<{ id: string; name: string; email: string }>(
    await database(),
    sql`select id, name, email from "user" where id = any(${listParam(ids)}::text[])`,
  );
  return Object.fromEntries(rows.map(({ id, name, email }) => [id, { kind: "account", name, email }]));
}

import "server-only";
import { sql } from "drizzle-orm";
import { deviceName } from "@/contracts/device-name";
import { database } from "@/lib/db/client";
import { listParam, rowsOf } from "@/lib/db/rows-of";
import { isAbout } from "./audit-window";

/**
 * The devices of sessions: of the record of their beginning, which outlives them, or, for one from before
 * that was recorded, of the session itself.
 */
export async function devicesOfSessions(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await rowsOf<{ id: string; device: string | null; userAgent: string | null }>(
    await database(),
    sql`select s.id, (select e.detail ->> 'device' from audit_events e
        where ${isAbout(sql`s.id`)} and e.action = 'session.started' order by e.at limit 1) as device,
        (select l.user_agent from session l where l.id = s.id) as "userAgent"
      from unnest(${listParam(ids)}::text[]) s (id)`,
  );
  return new Map(
    rows.flatMap(({ id, device, userAgent }) => {
      const name = device ?? (userAgent === null ? null : deviceName(userAgent));
      return name === null ? [] : [[id, name] as const];
    }),
  );
}

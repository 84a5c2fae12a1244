import "server-only";
import { sql } from "drizzle-orm";
import type { VaultFinding } from "@/contracts/vault";
import { database } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";

/** Longer than it takes to settle what a dead server had reserved. */
const OVERDUE = sql`interval '2 minutes'`;

/** What is wrong with limits: held amounts that no reservation explains, and reservations that stay. */
export async function limitFindings(): Promise<VaultFinding[]> {
  const db = await database();
  const [found] = await rowsOf<{ differing: number; overdue: number }>(
    db,
    sql`with held as (
        select h."limit", h.subject, h."startsAt", sum(h.amount) as amount from reservations r
        cross join lateral jsonb_to_recordset(r.holds) as h("limit" uuid, subject text, "startsAt" timestamptz, amount bigint)
        where r.state = 'held' group by 1, 2, 3
      )
      select (select count(*)::int from limit_windows w join limits l on l.id = w.limit_id
          left join held h on h."limit" = w.limit_id and h.subject = w.subject and h."startsAt" = w.starts_at
          where w.reserved <> coalesce(h.amount, 0)) as differing,
        (select count(*)::int from reservations r where r.state = 'held' and r.held_until < now() - ${OVERDUE}
          and not exists (select 1 from runs where runs.run_id = r.run_id and runs.expires_at > now())) as overdue`,
  );
  const findings: VaultFinding[] = [];
  if (found && found.differing > 0) {
    findings.push({
      severity: "error",
      sentence: `${found.differing} windows of limits hold another amount than the requests in progress. Please report this: it must not happen. Deleting and making these limits again counts them anew.`,
    });
  }
  if (found && found.overdue > 0) {
    findings.push({
      severity: "warning",
      sentence: `${found.overdue} reservations of servers that died are not settled after two minutes. See the server's log for why.`,
    });
  }
  return findings;
}

import "server-only";
import { sql } from "drizzle-orm";
import type { LastAuditVerification } from "@/contracts/audit-log";
import { database } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";
import { IS_NO_USE } from "./audit-window";
import { shownDetail } from "./shown-detail";

/** When the whole chain was last verified, with what result and up to which record. */
export async function lastVerification(): Promise<LastAuditVerification | null> {
  const [row] = await rowsOf<{ at: string; detail: unknown }>(
    await database(),
    sql`select to_char(e.at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, e.detail
      from audit_events e where e.action = 'audit.verified' and ${IS_NO_USE} and isfinite(e.at)
      order by e.at desc limit 1`,
  );
  if (!row) return null;
  const { ok, through, records } = shownDetail(row.detail);
  // Records of before have no `through`; without problems there are as many records as the last one's number.
  return { at: row.at, ok: ok === true, through: Number(through ?? records ?? 0) };
}

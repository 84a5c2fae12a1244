import "server-only";
import { and, asc, isNull, sql } from "drizzle-orm";
import type { Database } from "@/lib/db/client";
import { auditEventsTable } from "@/lib/db/schema";
import { type AuditRecord, auditRecordColumns } from "./audit-record";
import { isSigned } from "./record-origin";

/** A record that has no place in the chain yet. */
export interface UnchainedRecord extends AuditRecord {
  /** A server wrote it, or the database states a fact with it; otherwise it is never chained. */
  genuine: boolean;
}

/**
 * The database's own record, by the trigger that destroys the data keys of a deleted owner: nobody signs it,
 * and it is taken when the key is destroyed, by that transaction.
 */
const STATES_A_FACT = sql<boolean>`(${auditEventsTable.actorId} = 'system:owner-deleted'
  and ${auditEventsTable.action} = 'data_key.destroyed'
  and exists (select 1 from data_keys where data_keys.id = ${auditEventsTable.objectId}
    and data_keys.state = 'destroyed' and data_keys.destroyed_at = ${auditEventsTable.at}
    and ${auditEventsTable.detail} = jsonb_build_object('ownerKind', data_keys.owner_kind)))`;

/**
 * The records that are not chained, oldest first, a page at a time.
 *
 * @param size records of a page
 */
export async function* unchainedPages(
  db: Pick<Database, "select">,
  size: number,
): AsyncGenerator<UnchainedRecord[]> {
  let after = sql`true`;
  for (;;) {
    const rows = await db
      .select({
        ...auditRecordColumns,
        originMac: auditEventsTable.originMac,
        statesAFact: STATES_A_FACT,
        moment: sql<string>`${auditEventsTable.at}::text`,
      })
      .from(auditEventsTable)
      .where(and(isNull(auditEventsTable.seq), after))
      .orderBy(asc(auditEventsTable.at), asc(auditEventsTable.id))
      .limit(size);
    yield rows.map(({ originMac, statesAFact, ...record }) => ({
      ...record,
      genuine: statesAFact || isSigned(record, originMac),
    }));
    const last = rows.at(-1);
    if (!last || rows.length < size) return;
    after = sql`(${auditEventsTable.at}, ${auditEventsTable.id}) > (${last.moment}::timestamptz, ${last.id}::uuid)`;
  }
}

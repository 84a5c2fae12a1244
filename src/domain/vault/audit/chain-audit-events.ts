import "server-only";
import type { KeyObject } from "node:crypto";
import { desc, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { type Database, database } from "@/lib/db/client";
import { auditChainTable, auditEventsTable } from "@/lib/db/schema";
import { logger } from "@/lib/logger";
import { AuditChainBroken } from "./audit-errors";
import { auditRecordMac } from "./audit-record";
import { type AuditMacKey, checkNotedHead, type NotedHead, noteHead, readNotedHead } from "./noted-head";
import { type UnchainedRecord, unchainedPages } from "./unchained-records";

/** Where the chain's MAC keys come from: 256 bits each, derived from a data key and named by its id. */
export interface AuditMacKeys {
  /** The key for new records. @throws when the key store cannot be reached; records then wait */
  current(): Promise<AuditMacKey>;
  /** The key with that id, null if there is none. @throws when the key store cannot be reached */
  find(id: string): Promise<KeyObject | null>;
  /**
   * Takes a lock in `tx` so that the key is not destroyed before the records that need it are stored.
   *
   * @returns false if the key was retired meanwhile and must not be used any more
   */
  hold?(tx: Pick<Database, "select" | "execute">, id: string): Promise<boolean>;
}

/** Records chained in one transaction. */
export const AUDIT_CHAIN_BATCH = 1_000;

/**
 * Gives the oldest unchained records their place and MAC, in one transaction, and notes the new head outside
 * the database. Records that no server wrote stay unchained. Safe on several servers at once: the head's row
 * is locked, so they take turns.
 *
 * @param limit at most this many records
 * @returns how many were chained; less than `limit` when none are left, or when the key was retired meanwhile
 *   and the next call has to take its successor
 * @throws AuditChainBroken, or what `keys` throws; nothing is chained then
 */
export async function chainAuditEvents(keys: AuditMacKeys, limit = AUDIT_CHAIN_BATCH): Promise<number> {
  const db = await database();
  const noted = await readNotedHead((id) => keys.find(id));
  await checkNotedHead(db, noted);
  const [waiting] = await db
    .select({ id: auditEventsTable.id })
    .from(auditEventsTable)
    .where(isNull(auditEventsTable.seq))
    .limit(1);
  if (!waiting) return 0;
  // Before the transaction: a key store can be slow, and the embedded database has only one connection.
  const current = await keys.current();

  // Read committed: after waiting for the lock, the next query must see what the other server chained.
  const chained = await db.transaction(
    async (tx): Promise<{ count: number; head: NotedHead } | null> => {
      let { seq, mac } = await lockHead(tx);
      await checkNotedHead(tx, noted);
      const records = await genuineRecords(tx, limit);
      if (records.length === 0) return null;
      if (keys.hold && !(await keys.hold(tx, current.id))) return null;

      const links = records.map((record) => {
        seq += 1n;
        mac = auditRecordMac(current.key, { seq, previousMac: mac }, record);
        return { id: record.id, seq: seq.toString(), mac };
      });
      const column = (name: "id" | "seq" | "mac") => sql.param(links.map((link) => link[name]));
      await tx
        .update(auditEventsTable)
        .set({ seq: sql`link.seq`, mac: sql`link.mac`, macKeyId: current.id })
        .from(
          sql`unnest(${column("id")}::uuid[], ${column("seq")}::bigint[], ${column("mac")}::text[]) as link(id, seq, mac)`,
        )
        .where(sql`${auditEventsTable.id} = link.id`);
      await tx.update(auditChainTable).set({ seq, mac });
      return { count: links.length, head: { seq, mac } };
    },
    { isolationLevel: "read committed" },
  );
  if (!chained) return 0;
  // After the commit: the file never leads.
  await noteHead(chained.head, current).catch(logUnnoted);
  return chained.count;
}

const unnoted = { logged: false };

function logUnnoted(error: unknown): void {
  if (unnoted.logged) return;
  unnoted.logged = true;
  logger.error({ err: error }, "the head of the audit chain cannot be noted outside the database");
}

/** Ids of refused records that were logged, so that each is logged once. */
const refused = new Set<string>();
const MAX_REFUSED = 10_000;

async function genuineRecords(tx: Pick<Database, "select">, limit: number): Promise<UnchainedRecord[]> {
  const found: UnchainedRecord[] = [];
  const foreign: string[] = [];
  for await (const page of unchainedPages(tx, limit)) {
    for (const record of page) {
      if (record.genuine) found.push(record);
      else if (!refused.has(record.id) && refused.size < MAX_REFUSED) foreign.push(record.id);
    }
    if (found.length >= limit) break;
  }
  if (foreign.length > 0) {
    for (const id of foreign) refused.add(id);
    logger.error(
      { count: foreign.length, ids: foreign.slice(0, 20) },
      "audit records that no server with this secret wrote are not chained",
    );
  }
  return found.slice(0, limit);
}

/** The head, locked until the transaction ends, after checking that it matches the last record. */
async function lockHead(tx: Pick<Database, "select">): Promise<{ seq: bigint; mac: string }> {
  const [head] = await tx
    .select({ seq: auditChainTable.seq, mac: auditChainTable.mac })
    .from(auditChainTable)
    .where(eq(auditChainTable.id, 1))
    .for("update");
  if (!head) throw new AuditChainBroken("its head is missing");
  const [last] = await tx
    .select({ seq: auditEventsTable.seq, mac: auditEventsTable.mac })
    .from(auditEventsTable)
    .where(isNotNull(auditEventsTable.seq))
    .orderBy(desc(auditEventsTable.seq))
    .limit(1);
  const lastSeq = last?.seq ?? 0n;
  if (lastSeq > head.seq) throw new AuditChainBroken("there are records after its head");
  if (lastSeq === head.seq && (last?.mac ?? "") !== head.mac) {
    throw new AuditChainBroken("its head has another MAC than its last record");
  }
  // A missing last record leaves a gap that verification reports; new records are chained all the same.
  return head;
}

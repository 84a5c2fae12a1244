import "server-only";
import { asc, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { database } from "@/lib/db/client";
import { auditChainTable, auditEventsTable } from "@/lib/db/schema";
import {
  type AuditChainHead,
  type AuditChainProblem,
  AuditChainWalk,
  type ChainedRecord,
} from "./audit-chain-walk";
import { AuditChainBroken } from "./audit-errors";
import { auditRecordColumns } from "./audit-record";
import type { AuditMacKeys } from "./chain-audit-events";
import { readNotedHead } from "./noted-head";
import { unchainedPages } from "./unchained-records";

/** Records read at once; with the largest details, 32 MiB. */
const PAGE = 500;
/** Listed at most; `problemCount` counts all. */
const MAX_LISTED = 100;

export interface AuditChainReport {
  ok: boolean;
  /** Chained records read. */
  records: number;
  /** Records that are not chained yet; nothing protects them until they are. */
  pending: number;
  /**
   * To be noted outside the database and passed as `expectedHead` next time; null when nothing is chained.
   */
  head: AuditChainHead | null;
  /** The first 100. */
  problems: AuditChainProblem[];
  problemCount: number;
}

/**
 * Reads the whole chain and recomputes every MAC. Memory is bounded by one page, however long the chain is.
 * May run while servers record and chain.
 *
 * @param options.expectedHead a head reported earlier and kept where an attacker with database access cannot
 *   write; checked in addition to the one this server noted
 * @throws what `keys.find()` throws: a key store that is down says nothing about the records
 */
export async function verifyAuditChain(
  keys: Pick<AuditMacKeys, "find">,
  options: { expectedHead?: AuditChainHead | undefined } = {},
): Promise<AuditChainReport> {
  const findKey = (id: string) => keys.find(id);
  // Before the records: another server may chain, and note, meanwhile.
  const noted = await readNotedHead(findKey).catch((error: unknown) => {
    if (error instanceof AuditChainBroken) return error;
    throw error;
  });
  const walk = new AuditChainWalk(findKey, {
    maxListed: MAX_LISTED,
    expectedHeads: [
      ...(options.expectedHead ? [options.expectedHead] : []),
      ...(noted && !(noted instanceof AuditChainBroken) ? [{ seq: Number(noted.seq), mac: noted.mac }] : []),
    ],
  });
  if (noted instanceof AuditChainBroken) walk.noteHeadUnusable(noted.finding);
  let page = await readPage(undefined);
  while (page.records.length > 0) {
    for (const record of page.records) await walk.visit(record);
    page = await readPage(page.records.at(-1));
  }
  const { head } = page;
  walk.finish(head);
  for await (const unchained of unchainedPages(await database(), PAGE)) {
    for (const record of unchained) if (!record.genuine) walk.noteForeign(record.id);
  }
  return {
    ok: walk.sound,
    records: walk.records,
    pending: page.pending,
    head: head && head.seq > 0n ? { seq: Number(head.seq), mac: head.mac } : null,
    problems: walk.problems,
    problemCount: walk.problemCount,
  };
}

/**
 * The records after `last`, and the head in the same snapshot: a server may chain between two pages. Pending
 * records are counted when there are no more. By seq and id, since an attacker may have dropped the
 * uniqueness of seq.
 */
async function readPage(last: ChainedRecord | undefined) {
  const db = await database();
  return db.transaction(
    async (tx) => {
      const records = await tx
        .select({
          ...auditRecordColumns,
          seq: sql<string>`${auditEventsTable.seq}::text`,
          mac: auditEventsTable.mac,
          macKeyId: auditEventsTable.macKeyId,
        })
        .from(auditEventsTable)
        .where(
          last
            ? sql`(${auditEventsTable.seq}, ${auditEventsTable.id}) > (${last.seq.toString()}::bigint, ${last.id}::uuid)`
            : isNotNull(auditEventsTable.seq),
        )
        .orderBy(asc(auditEventsTable.seq), asc(auditEventsTable.id))
        .limit(PAGE);
      const [head] = await tx
        .select({ seq: auditChainTable.seq, mac: auditChainTable.mac })
        .from(auditChainTable)
        .where(eq(auditChainTable.id, 1));
      const isEnd = records.length === 0;
      const pending = isEnd ? await tx.$count(auditEventsTable, isNull(auditEventsTable.seq)) : 0;
      return {
        records: records.map((record) => ({ ...record, seq: BigInt(record.seq) })),
        head,
        pending,
      };
    },
    { isolationLevel: "repeatable read", accessMode: "read only" },
  );
}

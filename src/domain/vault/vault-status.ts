import "server-only";
import { count, isNull } from "drizzle-orm";
import type { KeyEncryptionKeySummary, VaultStatus } from "@/contracts/vault";
import { database } from "@/lib/db/client";
import { auditChainTable, auditEventsTable, retiredKeyEncryptionKeysTable } from "@/lib/db/schema";
import { type VaultCounts, vaultCounts } from "./counts/vault-counts";
import { SEALS_PER_DATA_KEY } from "./data-keys/active-data-key";
import { keyEncryptionKeys } from "./data-keys/key-encryption-keys";
import { listKeyRotations } from "./rotation/list-key-rotations";

/** What is in the vault and under which keys. Opens nothing and calls no key store. For operators. */
export async function vaultStatus(): Promise<VaultStatus> {
  const history = await listKeyRotations();
  const { counts, countedAt } = await vaultCounts();
  return {
    keyEncryptionKeys: await keyEncryptionKeySummaries(counts),
    dataKeys: counts.dataKeys,
    nonceBudget: { mostSeals: counts.mostSeals, limit: SEALS_PER_DATA_KEY },
    columns: counts.columns,
    countedAt: countedAt?.toISOString() ?? null,
    running: history.find((rotation) => rotation.state === "running") ?? null,
    history,
    audit: await auditSummary(),
  };
}

/** Configured keys first, in their order; then those still named by rows or by the list of retired keys. */
async function keyEncryptionKeySummaries({
  wrappedBy,
  sealedBy,
  namingNone,
}: VaultCounts): Promise<KeyEncryptionKeySummary[]> {
  const db = await database();
  const configured = keyEncryptionKeys();
  const retired = await db
    .select({ id: retiredKeyEncryptionKeysTable.id })
    .from(retiredKeyEncryptionKeysTable);
  const retiredIds = new Set(retired.map(({ id }) => id));
  const ids = new Set([...configured.all.map((key) => key.id), ...Object.keys(wrappedBy), ...retiredIds]);
  return [...ids].map((id) => {
    const store = configured.find(id)?.store ?? null;
    return {
      id,
      store,
      current: configured.current.id === id,
      retired: retiredIds.has(id),
      dataKeys: wrappedBy[id] ?? 0,
      // Any environment key may have sealed a value that names none.
      values: (sealedBy[id] ?? 0) + (store === "environment" ? namingNone : 0),
    };
  });
}

async function auditSummary(): Promise<VaultStatus["audit"]> {
  const db = await database();
  const [pending] = await db
    .select({ count: count() })
    .from(auditEventsTable)
    .where(isNull(auditEventsTable.seq));
  const [head] = await db.select().from(auditChainTable);
  const seq = Number(head?.seq ?? 0);
  return {
    records: seq,
    pending: pending?.count ?? 0,
    head: head && seq > 0 ? { seq, mac: head.mac } : null,
  };
}

import "server-only";
import { count, isNull, max, sql } from "drizzle-orm";
import type { KeyEncryptionKeySummary, SealedColumnSummary, VaultStatus } from "@/contracts/vault";
import { database } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";
import {
  auditChainTable,
  auditEventsTable,
  dataKeysTable,
  retiredKeyEncryptionKeysTable,
} from "@/lib/db/schema";
import { SEALS_PER_DATA_KEY } from "./data-keys/active-data-key";
import { keyEncryptionKeys } from "./data-keys/key-encryption-keys";
import { listKeyRotations } from "./rotation/list-key-rotations";
import { useOfKeyEncryptionKey } from "./rotation/retire-key-encryption-key";
import { columnName, namedKeyOf, sealedTextOf, tableOf } from "./sealing/column-sql";
import { SEALED_COLUMNS, type SealedColumn } from "./sealing/sealed-columns";

/** What stands in the vault and under which keys. Opens nothing and asks no key store. For operators. */
export async function vaultStatus(): Promise<VaultStatus> {
  const history = await listKeyRotations();
  return {
    keyEncryptionKeys: await keyEncryptionKeySummaries(),
    dataKeys: await dataKeyCounts(),
    nonceBudget: { mostSeals: await mostSeals(), limit: SEALS_PER_DATA_KEY },
    columns: await Promise.all(SEALED_COLUMNS.map(columnSummary)),
    running: history.find((rotation) => rotation.state === "running") ?? null,
    history,
    audit: await auditSummary(),
  };
}

/** Configured keys first, in their order; then those that rows or the list of retired keys still name. */
async function keyEncryptionKeySummaries(): Promise<KeyEncryptionKeySummary[]> {
  const db = await database();
  const configured = keyEncryptionKeys();
  const retired = await db
    .select({ id: retiredKeyEncryptionKeysTable.id })
    .from(retiredKeyEncryptionKeysTable);
  const named = await db
    .selectDistinct({ id: dataKeysTable.keyEncryptionKeyId })
    .from(dataKeysTable)
    .where(sql`${dataKeysTable.wrapped} is not null`);
  const ids = new Set([
    ...configured.all.map((key) => key.id),
    ...named.flatMap(({ id }) => id ?? []),
    ...retired.map(({ id }) => id),
  ]);
  const retiredIds = new Set(retired.map(({ id }) => id));
  return Promise.all(
    [...ids].map(async (id) => ({
      id,
      store: configured.find(id)?.store ?? null,
      current: configured.current.id === id,
      retired: retiredIds.has(id),
      ...(await useOfKeyEncryptionKey(db, id)),
    })),
  );
}

async function dataKeyCounts(): Promise<VaultStatus["dataKeys"]> {
  const db = await database();
  const [row] = await db
    .select({
      active: sql<string>`count(*) filter (where state = 'active')`,
      decryptOnly: sql<string>`count(*) filter (where state = 'decrypt_only')`,
      destroyed: sql<string>`count(*) filter (where state = 'destroyed')`,
      unreadable: sql<string>`count(*) filter (where unreadable_since is not null and state <> 'destroyed')`,
    })
    .from(dataKeysTable);
  return {
    active: Number(row?.active ?? 0),
    decryptOnly: Number(row?.decryptOnly ?? 0),
    destroyed: Number(row?.destroyed ?? 0),
    unreadable: Number(row?.unreadable ?? 0),
  };
}

async function mostSeals(): Promise<number> {
  const db = await database();
  const [row] = await db.select({ most: max(dataKeysTable.seals) }).from(dataKeysTable);
  return row?.most ?? 0;
}

async function columnSummary(column: SealedColumn): Promise<SealedColumnSummary> {
  const db = await database();
  const [row] = await rowsOf<Record<"total" | "current" | "outdated" | "earlier" | "unreadable", string>>(
    db,
    sql`select count(*) as total,
        count(*) filter (where k.state = 'active') as current,
        count(*) filter (where ${sealedTextOf(column)} like 'orc2.%' and k.state is distinct from 'active') as outdated,
        count(*) filter (where ${sealedTextOf(column)} not like 'orc2.%') as earlier,
        count(*) filter (where v.unreadable_since is not null) as unreadable
      from ${tableOf(column)} left join data_keys k on k.id = ${namedKeyOf(column)}`,
  );
  return {
    name: columnName(column),
    total: Number(row?.total ?? 0),
    current: Number(row?.current ?? 0),
    outdated: Number(row?.outdated ?? 0),
    earlierFormats: Number(row?.earlier ?? 0),
    unreadable: Number(row?.unreadable ?? 0),
  };
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

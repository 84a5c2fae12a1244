import "server-only";
import { sql } from "drizzle-orm";
import type { SealedColumnSummary, VaultStatus } from "@/contracts/vault";
import { database } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";
import { dataKeysTable, vaultCountsTable } from "@/lib/db/schema";
import { columnName, namedKeyOf, sealedTextOf, tableOf } from "../sealing/column-sql";
import { SEALED_COLUMNS, type SealedColumn } from "../sealing/sealed-columns";

/** Counts of what is in the vault. Stored as JSON. */
export interface VaultCounts {
  dataKeys: VaultStatus["dataKeys"];
  mostSeals: number;
  /** Data keys that are not destroyed, by the key-encryption key that wraps them. */
  wrappedBy: Record<string, number>;
  columns: SealedColumnSummary[];
  /** Values from before data keys, by the environment key they name. */
  sealedBy: Record<string, number>;
  /** Values in the oldest format, which names no key, and values without a text. */
  namingNone: number;
}

/** Up to this many rows are counted on every request, in a few hundredths of a second. */
const COUNTED_WHEN_ASKED = 20_000;
/** Counting takes at most this share of the time, and is not done more often than this. */
const SHARE_OF_TIME = 0.01;
const AT_MOST_EVERY_MS = 60_000;

interface Counted {
  counts: VaultCounts;
  /** Age of stored counts; null if they were counted just now. */
  countedAt: Date | null;
}

/**
 * The counts of the vault. Those of a large vault are stored, because counting takes longer the more there
 * is: a server refreshes them in the background (vault-counting.ts). For display only: whether a key may be
 * retired is counted separately, at that moment (retire-key-encryption-key.ts).
 */
export async function vaultCounts(): Promise<Counted> {
  const db = await database();
  const [kept] = await db.select().from(vaultCountsTable);
  return kept ? { counts: kept.counts as VaultCounts, countedAt: kept.countedAt } : recountVault();
}

/** Counts, and stores the result if there is much to count. */
export async function recountVault(): Promise<Counted> {
  const db = await database();
  const begun = performance.now();
  const counts = await count();
  const tookMs = Math.round(performance.now() - begun);
  const { active, decryptOnly, destroyed } = counts.dataKeys;
  const rows = counts.columns.reduce((sum, { total }) => sum + total, active + decryptOnly + destroyed);
  if (rows <= COUNTED_WHEN_ASKED) {
    await db.delete(vaultCountsTable);
    return { counts, countedAt: null };
  }
  const now = sql`now()`;
  const [kept] = await db
    .insert(vaultCountsTable)
    .values({ counts, tookMs, countedAt: now })
    .onConflictDoUpdate({ target: vaultCountsTable.id, set: { counts, tookMs, countedAt: now } })
    .returning();
  return { counts, countedAt: kept?.countedAt ?? null };
}

/** Refreshes the stored counts. @param evenIfFresh after something that changed many rows */
export async function refreshVaultCounts(evenIfFresh: boolean): Promise<void> {
  const db = await database();
  const [kept] = await db
    .select({
      tookMs: vaultCountsTable.tookMs,
      ageMs: sql<number>`extract(epoch from now() - ${vaultCountsTable.countedAt})::float8 * 1000`,
    })
    .from(vaultCountsTable);
  if (!kept) return;
  const isDue = kept.ageMs >= Math.max(AT_MOST_EVERY_MS, kept.tookMs / SHARE_OF_TIME);
  if (evenIfFresh || isDue) await recountVault();
}

async function count(): Promise<VaultCounts> {
  const db = await database();
  const [keys] = await db
    .select({
      active: countWhere(sql`state = 'active'`),
      decryptOnly: countWhere(sql`state = 'decrypt_only'`),
      destroyed: countWhere(sql`state = 'destroyed'`),
      unreadable: countWhere(sql`unreadable_since is not null and state <> 'destroyed'`),
      mostSeals: sql`coalesce(max(${dataKeysTable.seals}), 0)`.mapWith(Number),
    })
    .from(dataKeysTable);
  if (!keys) throw new Error("an aggregate gave no row");
  const { mostSeals, ...dataKeys } = keys;
  const wrapped = await rowsOf<{ id: string; n: string }>(
    db,
    sql`select key_encryption_key_id as id, count(*) as n from data_keys where wrapped is not null group by 1`,
  );
  const direct = (await Promise.all(SEALED_COLUMNS.map(sealedDirectly))).flat();
  const sealedBy: Record<string, number> = {};
  for (const { id, n } of direct) if (id !== null) sealedBy[id] = (sealedBy[id] ?? 0) + Number(n);
  return {
    dataKeys,
    mostSeals,
    wrappedBy: Object.fromEntries(wrapped.map(({ id, n }) => [id, Number(n)])),
    columns: await Promise.all(SEALED_COLUMNS.map(columnSummary)),
    sealedBy,
    namingNone: direct.reduce((sum, { id, n }) => (id === null ? sum + Number(n) : sum), 0),
  };
}

function countWhere(condition: ReturnType<typeof sql>) {
  return sql`count(*) filter (where ${condition})`.mapWith(Number);
}

/** @returns how many values name each key of the environment; null: how many name none */
async function sealedDirectly(column: SealedColumn): Promise<{ id: string | null; n: string }[]> {
  const sealed = sealedTextOf(column);
  return rowsOf(
    await database(),
    sql`select case when ${sealed} like 'orc1.%' then ${namedKeyOf(column)} end as id, count(*) as n
      from ${tableOf(column)}
      where ${sealed} is null or ${sealed} like 'orc1.%' or ${sealed} not like 'orc_.%' group by 1`,
  );
}

async function columnSummary(column: SealedColumn): Promise<SealedColumnSummary> {
  const [row] = await rowsOf<Record<"total" | "current" | "outdated" | "earlier" | "unreadable", string>>(
    await database(),
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

import "server-only";
import { sql } from "drizzle-orm";
import type { Transaction } from "@/lib/db/client";
import { listParam, rowsOf } from "@/lib/db/rows-of";
import { createDataKey, type DataKey } from "@/lib/encryption";
import { recordAuditEvent } from "../audit/record-audit-event";
import { CURRENT_GENERATION, SEALS_PER_DATA_KEY } from "../data-keys/active-data-key";
import { holdOwners } from "../data-keys/hold-owner";
import { keyEncryptionKeys } from "../data-keys/key-encryption-keys";
import { columnName, sealedTextOf, withSealedText } from "../sealing/column-sql";
import type { SealedColumn } from "../sealing/sealed-columns";
import { flagUnreadable } from "./flag-unreadable";
import { inParallel } from "./in-parallel";
import { type OpenedKeys, openDataKeys, openWalkedValues } from "./open-walked-values";
import { type BatchOutcome, NO_VALUES, type PrepareBatch, ROTATION_ACTOR } from "./prepared-batch";
import { readSealedPage, type WalkedValue } from "./read-sealed-page";

/** A resealed value, waiting to be written. */
interface Resealed {
  value: WalkedValue;
  sealed: string;
  dataKey: TargetKey;
}

/** The data key an owner's values move to, and how many of them. */
interface TargetKey {
  dataKey: DataKey;
  owner: string;
  /** Its wrapped form if it was made for this batch; null if it existed before. */
  wrapped: string | null;
  seals: number;
}

/**
 * Reseals the values of a page that are not under their owner's active data key. A value that was saved or
 * deleted meanwhile is skipped: the update compares with what was read.
 */
export function resealValues(column: SealedColumn): PrepareBatch {
  return async (rotation, cursor, limit, cipher, nextBeginsAt) => {
    const page = await readSealedPage(column, rotation, cursor, limit);
    const outdated = page.values.filter(isOutdated);
    const keys = await openDataKeys(outdated.map((value) => value.dataKey));
    // A dry run would make new keys, and a key store would count them, for nothing.
    const targets = rotation.dryRun ? new Map<string, TargetKey>() : await targetKeys(column, outdated, keys);
    nextBeginsAt(page.cursor);
    const { readable, unreadable } = await openWalkedValues(cipher, column, outdated, {
      purpose: "rotate",
      keys,
      targets: new Map(
        [...targets].map(
          ([
            owner,
            {
              dataKey: { id, sealing },
            },
          ]) => [owner, { id, sealing }],
        ),
      ),
    });
    const expected = { ...NO_VALUES, changed: readable.length };
    const resealed = readable.flatMap(({ value, sealed }): Resealed[] => {
      const target = targets.get(value.owner);
      if (!target) return [];
      target.seals += 1;
      return [{ value, sealed, dataKey: target }];
    });
    return {
      cursor: page.cursor,
      rows: page.values.length,
      expected,
      write: async (tx) => {
        const outcome = await writeResealed(tx, column, resealed);
        await flagUnreadable(tx, column, unreadable);
        // The verification after it counts what is unreadable.
        return { ...NO_VALUES, ...outcome };
      },
    };
  };
}

/** The formats from before data keys name none, so their key is not active either. */
function isOutdated({ keyIsActive }: WalkedValue): boolean {
  return !keyIsActive;
}

/** The active data key of each owner with a value that may be opened, made where there is none. */
async function targetKeys(
  column: SealedColumn,
  values: readonly WalkedValue[],
  keys: OpenedKeys,
): Promise<Map<string, TargetKey>> {
  const openable = values.filter(({ dataKey }) => !dataKey || typeof keys.get(dataKey.id) !== "string");
  const byOwner = [...new Map(openable.map((value) => [value.owner, value])).values()];
  const active = await openDataKeys(byOwner.map((value) => value.active));
  // Read once: it compares the environment each time.
  const { current } = keyEncryptionKeys();
  const targets = await inParallel(byOwner, async ({ owner, active: stored }): Promise<TargetKey> => {
    const dataKey = stored && active.get(stored.id);
    // An active key that cannot be unwrapped seals nothing; a new one cannot replace it until it is retired.
    if (dataKey && typeof dataKey !== "string") return { dataKey, owner, wrapped: null, seals: 0 };
    const made = await createDataKey({ ownerKind: column.ownerKind, ownerId: owner }, current);
    return { ...made, owner, seals: 0 };
  });
  return new Map(targets.map((target) => [target.owner, target]));
}

async function writeResealed(
  tx: Transaction,
  column: SealedColumn,
  resealed: readonly Resealed[],
): Promise<Pick<BatchOutcome, "changed" | "again">> {
  if (resealed.length === 0) return { changed: 0 };
  const targets = [...new Set(resealed.map((each) => each.dataKey))];
  const held = await holdOwners(
    tx,
    column.ownerKind,
    targets.map((target) => target.owner),
  );
  const staying = targets.filter((target) => held.has(target.owner));
  const made = await insertMade(tx, column, staying);
  const usable = new Set([...(await claimExisting(tx, staying)), ...made]);
  const ready = resealed.filter((each) => usable.has(each.dataKey.dataKey.id));
  const written = new Set(await updateValues(tx, column, ready));
  await dropUnused(
    tx,
    staying,
    new Set(ready.filter((each) => written.has(each.value.id)).map((each) => each.value.owner)),
  );
  if (written.size > 0) {
    await recordAuditEvent(tx, ROTATION_ACTOR, "value.resealed", columnName(column), {
      rows: [...written],
      // Made for these rows in this transaction; their ids are in data_keys.
      dataKeysCreated: made.length,
    });
  }
  // A value saved meanwhile is already under the active key and counts as done; one moved to another row (a
  // key switched back to its previous secret) is not, and must not be left behind.
  return { changed: written.size, again: written.size < resealed.length };
}

/**
 * Counts the seals of existing keys and locks them until the transaction ends; returns those that still may
 * seal.
 */
async function claimExisting(tx: Transaction, targets: readonly TargetKey[]): Promise<string[]> {
  const existing = targets.filter((target) => target.wrapped === null);
  if (existing.length === 0) return [];
  const claimed = await rowsOf<{ id: string }>(
    tx,
    sql`update data_keys set seals = data_keys.seals + n.seals
      from unnest(${listParam(existing.map((each) => each.dataKey.id))}::text[], ${listParam(existing.map((each) => each.seals))}::bigint[]) n(id, seals)
      where data_keys.id = n.id and state = 'active' and data_keys.seals < ${SEALS_PER_DATA_KEY} returning data_keys.id`,
  );
  return claimed.map((row) => row.id);
}

/**
 * Stores keys made for this batch; returns those whose owner did not get one from another process meanwhile.
 */
async function insertMade(
  tx: Transaction,
  column: SealedColumn,
  targets: readonly TargetKey[],
): Promise<string[]> {
  const made = targets.filter((target) => target.wrapped !== null);
  if (made.length === 0) return [];
  const inserted = await rowsOf<{ id: string }>(
    tx,
    sql`insert into data_keys (id, owner_kind, owner_id, wrapped, seals, generation)
      select n.id, ${column.ownerKind}, n.owner, n.wrapped, n.seals, ${CURRENT_GENERATION} from unnest(
        ${listParam(made.map((each) => each.dataKey.id))}::text[], ${listParam(made.map((each) => each.owner))}::text[],
        ${listParam(made.map((each) => each.wrapped))}::text[], ${listParam(made.map((each) => each.seals))}::bigint[]
      ) n(id, owner, wrapped, seals)
      on conflict do nothing returning id`,
  );
  return inserted.map((row) => row.id);
}

/**
 * Compare-and-swap over the whole batch; returns the ids of the rows that had not changed since they were
 * read.
 */
async function updateValues(
  tx: Transaction,
  column: SealedColumn,
  resealed: readonly Resealed[],
): Promise<string[]> {
  if (resealed.length === 0) return [];
  const rows = await rowsOf<{ id: string }>(
    tx,
    sql`update ${sql.identifier(column.table)} v
      set ${sql.identifier(column.column)} = ${withSealedText(column, sql`n.sealed`)}, unreadable_since = null
      from unnest(
        ${listParam(resealed.map((each) => each.value.id))}::uuid[], ${listParam(resealed.map((each) => each.value.sealed))}::text[],
        ${listParam(resealed.map((each) => each.sealed))}::text[]
      ) n(id, old, sealed)
      where v.id = n.id and ${sealedTextOf(column)} = n.old returning v.id::text as id`,
  );
  return rows.map((row) => row.id);
}

/** A key made for an owner whose values are all gone would be unused. */
async function dropUnused(
  tx: Transaction,
  targets: readonly TargetKey[],
  used: ReadonlySet<string>,
): Promise<void> {
  const unused = targets.filter((target) => target.wrapped !== null && !used.has(target.owner));
  if (unused.length === 0) return;
  await tx.execute(
    sql`delete from data_keys where id = any(${listParam(unused.map((each) => each.dataKey.id))}::text[])`,
  );
}

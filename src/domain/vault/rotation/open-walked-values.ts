import "server-only";
import type { DataKey, SealingKey } from "@/lib/encryption";
import { keyEncryptionKeys } from "../data-keys/key-encryption-keys";
import { openUncachedDataKey, type StoredDataKey } from "../data-keys/stored-data-key";
import { earlierFormats } from "../sealing/earlier-formats";
import { assertAllowed } from "../sealing/open-value";
import { SEALED_COLUMNS, type SealedColumn } from "../sealing/sealed-columns";
import type { Cipher } from "./cipher-here";
import type { NamedKey } from "./cipher-job";
import { verdictOf } from "./classify-open-failure";
import { inParallel } from "./in-parallel";
import { ROTATION_ACTOR } from "./prepared-batch";
import type { WalkedValue } from "./read-sealed-page";
import type { Verdict } from "./verdict-of-cipher";

/** The values of a page by the result of opening them. */
export interface OpenedPage {
  readable: { value: WalkedValue; sealed: string }[];
  unreadable: WalkedValue[];
  skipped: WalkedValue[];
}

/** Results of unwrapping data keys, by their id. */
export type OpenedKeys = ReadonlyMap<string, DataKey | Verdict>;

interface Opening {
  purpose: "rotate" | "verify";
  /** The data keys the values name. */
  keys: OpenedKeys;
  /** What reseals a value, by its owner; undefined: it is only opened. */
  targets?: ReadonlyMap<string, SealingKey>;
}

/**
 * Opens and reseals the values of a page, in the cipher thread. A value that cannot be opened does not stop
 * the others.
 *
 * @throws VaultAccessDenied
 */
export async function openWalkedValues(
  cipher: Cipher,
  column: SealedColumn,
  values: readonly WalkedValue[],
  { purpose, keys, targets }: Opening,
): Promise<OpenedPage> {
  for (const value of values) assertAllowed(column, value, { actor: ROTATION_ACTOR, purpose });
  const { ring, allowLegacy } = earlierFormats();
  const named = namedKeys(values, keys);
  const results = await cipher.run({
    column: SEALED_COLUMNS.indexOf(column),
    values: values.map(({ owner, purpose: place, sealed, dataKey }) => ({
      owner,
      purpose: place,
      sealed,
      dataKey: dataKey && (named.get(dataKey.id) ?? null),
      target: targets?.get(owner) ?? null,
    })),
    // Not needed where every value names a data key.
    ring: ring && values.some((value) => value.dataKey === null) ? [...ring.keys] : null,
    allowLegacy,
  });
  const page: OpenedPage = { readable: [], unreadable: [], skipped: [] };
  for (const [index, value] of values.entries()) {
    const result = results[index] ?? "unreadable";
    if (typeof result === "string") page[result].push(value);
    else page.readable.push({ value, sealed: result.sealed });
  }
  return page;
}

/** One object for each key, so that it crosses to the other thread once. */
function namedKeys(values: readonly WalkedValue[], keys: OpenedKeys): Map<string, NamedKey> {
  const named = new Map<string, NamedKey>();
  for (const { dataKey } of values) {
    if (dataKey === null || named.has(dataKey.id)) continue;
    const { id, ownerKind, ownerId } = dataKey;
    const opened = keys.get(id) ?? "unreadable";
    named.set(id, { id, ownerKind, ownerId, opened: typeof opened === "string" ? opened : opened.sealing });
  }
  return named;
}

/**
 * Unwraps data keys without the cache, which serves the people who chat.
 *
 * @throws what verdictOf throws: then nothing is known about any value
 */
export async function openDataKeys(stored: readonly (StoredDataKey | null)[]): Promise<OpenedKeys> {
  const distinct = [...new Map(stored.flatMap((key) => (key ? [[key.id, key]] : []))).values()];
  // Read once: it compares the environment each time.
  const keys = keyEncryptionKeys();
  const opened = await inParallel(distinct, async (key) => {
    try {
      return await openUncachedDataKey(key, keys);
    } catch (error) {
      return verdictOf(error);
    }
  });
  return new Map(distinct.map((key, index) => [key.id, opened[index] ?? "unreadable"]));
}

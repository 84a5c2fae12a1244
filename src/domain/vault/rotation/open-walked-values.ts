import "server-only";
import type { DataKey } from "@/lib/encryption";
import { keyEncryptionKeys } from "../data-keys/key-encryption-keys";
import { openUncachedDataKey, type StoredDataKey } from "../data-keys/stored-data-key";
import { assertAllowed, openText, storedKeyOf } from "../sealing/open-value";
import type { SealedColumn } from "../sealing/sealed-columns";
import { type Verdict, verdictOf } from "./classify-open-failure";
import { inParallel, yieldToOthers } from "./in-parallel";
import { ROTATION_ACTOR } from "./prepared-batch";
import type { WalkedValue } from "./read-sealed-page";

/** The values of a page by what came of opening them. */
export interface OpenedPage {
  readable: { value: WalkedValue; text: string }[];
  unreadable: WalkedValue[];
  skipped: WalkedValue[];
}

const OPENED_BEFORE_YIELDING = 20;

/**
 * Opens the values of a page, each data key once. One that cannot be opened stops nothing else.
 *
 * @throws what verdictOf throws: then nothing is known about any value
 */
export async function openWalkedValues(
  column: SealedColumn,
  values: readonly WalkedValue[],
  purpose: "rotate" | "verify",
): Promise<OpenedPage> {
  const keys = await openDataKeys(values.map((value) => value.dataKey).filter((key) => key !== null));
  const page: OpenedPage = { readable: [], unreadable: [], skipped: [] };
  for (const [index, value] of values.entries()) {
    assertAllowed(column, value, { actor: ROTATION_ACTOR, purpose });
    const opened = open(column, value, keys);
    if (typeof opened === "string") page[opened].push(value);
    else page.readable.push({ value, text: opened.text });
    // oxlint-disable-next-line no-await-in-loop -- the point of it
    if (index % OPENED_BEFORE_YIELDING === OPENED_BEFORE_YIELDING - 1) await yieldToOthers();
  }
  return page;
}

/**
 * Unwraps data keys without going through the cache, which belongs to the people who chat.
 *
 * @returns by id: the key, or what came of it
 * @throws what verdictOf throws
 */
export async function openDataKeys(
  stored: readonly StoredDataKey[],
): Promise<Map<string, DataKey | Verdict>> {
  const distinct = [...new Map(stored.map((key) => [key.id, key])).values()];
  // Asked once: it compares the environment each time.
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

function open(
  column: SealedColumn,
  value: WalkedValue,
  keys: Map<string, DataKey | Verdict>,
): { text: string } | Verdict {
  try {
    const stored = storedKeyOf(column, value);
    if (stored === null) return { text: openText(column, value, null) };
    const dataKey = keys.get(stored.id) ?? "unreadable";
    return typeof dataKey === "string" ? dataKey : { text: openText(column, value, dataKey) };
  } catch (error) {
    return verdictOf(error);
  }
}

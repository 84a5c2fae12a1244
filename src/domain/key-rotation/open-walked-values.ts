import "server-only";
import { type DataKey, EncryptionError, KeyStoreRefused, KeyStoreUnavailable } from "@/lib/encryption";
import { openUncachedDataKey, type StoredDataKey } from "../data-keys/stored-data-key";
import { assertAllowed, openText, storedKeyOf } from "../sealed-values/open-value";
import type { SealedColumn } from "../sealed-values/sealed-columns";
import { inParallel, yieldToOthers } from "./in-parallel";
import { ROTATION_ACTOR } from "./prepared-batch";
import type { WalkedValue } from "./read-sealed-page";

/** A value of a walk, and its text; null if it cannot be opened. */
export interface OpenedValue {
  value: WalkedValue;
  text: string | null;
}

const OPENED_BEFORE_YIELDING = 50;

/**
 * Opens the values of a page, each data key once. One that cannot be opened has no text and stops nothing else.
 *
 * @throws KeyStoreUnavailable, KeyStoreRefused: then nothing is known about any value
 */
export async function openWalkedValues(
  column: SealedColumn,
  values: readonly WalkedValue[],
  purpose: "rotate" | "verify",
): Promise<OpenedValue[]> {
  const keys = await openDataKeys(values.map((value) => value.dataKey).filter((key) => key !== null));
  const opened: OpenedValue[] = [];
  for (const [index, value] of values.entries()) {
    assertAllowed(column, value, { actor: ROTATION_ACTOR, purpose });
    opened.push({ value, text: textOf(column, value, keys) });
    // oxlint-disable-next-line no-await-in-loop -- the point of it
    if (index % OPENED_BEFORE_YIELDING === OPENED_BEFORE_YIELDING - 1) await yieldToOthers();
  }
  return opened;
}

/**
 * Unwraps data keys without going through the cache, which belongs to the people who chat.
 *
 * @returns by id; null for those that cannot be unwrapped
 * @throws KeyStoreUnavailable, KeyStoreRefused
 */
export async function openDataKeys(stored: readonly StoredDataKey[]): Promise<Map<string, DataKey | null>> {
  const distinct = [...new Map(stored.map((key) => [key.id, key])).values()];
  const opened = await inParallel(distinct, async (key) => {
    try {
      return await openUncachedDataKey(key);
    } catch (error) {
      if (saysNothingAboutTheValue(error)) throw error;
      return null;
    }
  });
  return new Map(distinct.map((key, index) => [key.id, opened[index] ?? null]));
}

function textOf(column: SealedColumn, value: WalkedValue, keys: Map<string, DataKey | null>): string | null {
  try {
    const stored = storedKeyOf(column, value);
    if (stored === null) return openText(column, value, null);
    const dataKey = keys.get(stored.id);
    return dataKey ? openText(column, value, dataKey) : null;
  } catch (error) {
    if (saysNothingAboutTheValue(error)) throw error;
    return null;
  }
}

/** A key store that is down is no reason to call a value unreadable, and neither is a mistake of ours. */
export function saysNothingAboutTheValue(error: unknown): boolean {
  return (
    !(error instanceof EncryptionError) ||
    error instanceof KeyStoreUnavailable ||
    error instanceof KeyStoreRefused
  );
}

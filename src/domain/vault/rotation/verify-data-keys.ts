import "server-only";
import { describeWrapped } from "@/lib/encryption";
import { flagDataKeys } from "./flag-data-keys";
import { openDataKeys } from "./open-walked-values";
import type { PrepareBatch } from "./prepared-batch";
import { readDataKeyPage, type WalkedDataKey } from "./read-data-key-page";

/**
 * Unwraps every data key of a page. Counts as skipped what could not be tested here and what a rotation left
 * unchanged.
 */
export const verifyDataKeys: PrepareBatch = async (rotation, cursor, limit) => {
  const page = await readDataKeyPage(cursor, limit);
  const opened = await openDataKeys(page.keys);
  const unreadable = page.keys.filter((key) => opened.get(key.id) === "unreadable");
  const skipped = page.keys.filter((key) => opened.get(key.id) === "skipped");
  const readable = page.keys.filter((key) => typeof opened.get(key.id) !== "string");
  const leftBehind =
    rotation.kind === "verify" || rotation.dryRun
      ? 0
      : readable.filter((key) => wrappedBy(key) !== rotation.keyEncryptionKeyId).length;
  const outcome = { changed: 0, unreadable: unreadable.length, skipped: skipped.length + leftBehind };
  return {
    cursor: page.cursor,
    rows: page.keys.length,
    expected: outcome,
    write: async (tx) => {
      await flagDataKeys(tx, unreadable, true);
      await flagDataKeys(tx, readable, false);
      return outcome;
    },
  };
};

function wrappedBy(key: WalkedDataKey): string {
  return describeWrapped(key.wrapped).keyEncryptionKeyId;
}

import "server-only";
import { flagDataKeys } from "./flag-data-keys";
import { openDataKeys } from "./open-walked-values";
import type { PrepareBatch } from "./prepared-batch";
import { readDataKeyPage } from "./read-data-key-page";

/** Unwraps every data key of a page. */
export const verifyDataKeys: PrepareBatch = async (_rotation, cursor, limit) => {
  const page = await readDataKeyPage(cursor, limit);
  const opened = await openDataKeys(page.keys);
  const unreadable = page.keys.filter((key) => !opened.get(key.id));
  const readable = page.keys.filter((key) => opened.get(key.id));
  const outcome = { changed: 0, unreadable: 0 };
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

import "server-only";
import type { SealedColumn } from "../sealed-values/sealed-columns";
import { clearFlags, flagUnreadable } from "./flag-unreadable";
import { openWalkedValues } from "./open-walked-values";
import type { PrepareBatch } from "./prepared-batch";
import { readSealedPage } from "./read-sealed-page";

/** Opens every value of a page, and sets or takes the mark "needs re-entry". */
export function verifyValues(column: SealedColumn): PrepareBatch {
  return async (_rotation, cursor, limit) => {
    const page = await readSealedPage(column, cursor, limit);
    const opened = await openWalkedValues(column, page.values, "verify");
    const unreadable = opened.filter(({ text }) => text === null).map(({ value }) => value);
    const readable = opened.filter(({ text }) => text !== null).map(({ value }) => value);
    const outcome = { changed: 0, unreadable: unreadable.length };
    return {
      cursor: page.cursor,
      rows: page.values.length,
      expected: outcome,
      write: async (tx) => {
        await flagUnreadable(tx, column, unreadable);
        await clearFlags(tx, column, readable);
        return outcome;
      },
    };
  };
}

import "server-only";
import { recordAuditEvent } from "../audit/record-audit-event";
import { columnName } from "../sealing/column-sql";
import type { SealedColumn } from "../sealing/sealed-columns";
import { clearFlags, flagUnreadable } from "./flag-unreadable";
import { openDataKeys, openWalkedValues } from "./open-walked-values";
import { type PrepareBatch, ROTATION_ACTOR } from "./prepared-batch";
import { readSealedPage } from "./read-sealed-page";

/**
 * Opens every value of a page, and sets or removes the mark "needs re-entry". Counts as skipped what could
 * not be tested here and, after a rotation, what it left under an old key.
 */
export function verifyValues(column: SealedColumn): PrepareBatch {
  return async (rotation, cursor, limit, cipher, nextBeginsAt) => {
    const page = await readSealedPage(column, rotation, cursor, limit);
    const keys = await openDataKeys(page.values.map((value) => value.dataKey));
    nextBeginsAt(page.cursor);
    const { readable, unreadable, skipped } = await openWalkedValues(cipher, column, page.values, {
      purpose: "verify",
      keys,
    });
    const leftBehind =
      rotation.kind === "verify" || rotation.dryRun
        ? 0
        : readable.filter(({ value }) => !value.keyIsActive).length;
    const outcome = {
      changed: 0,
      unreadable: unreadable.length,
      skipped: skipped.length + leftBehind,
    };
    return {
      cursor: page.cursor,
      rows: page.values.length,
      expected: outcome,
      write: async (tx) => {
        await flagUnreadable(tx, column, unreadable);
        const opened = readable.map(({ value }) => value);
        await clearFlags(tx, column, opened);
        if (opened.length > 0) {
          await recordAuditEvent(tx, ROTATION_ACTOR, "value.opened", columnName(column), {
            purpose: "verify",
            rows: opened.map((value) => value.id),
          });
        }
        return outcome;
      },
    };
  };
}

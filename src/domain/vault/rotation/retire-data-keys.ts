import "server-only";
import { sql } from "drizzle-orm";
import { database } from "@/lib/db/client";
import { listParam, rowsOf } from "@/lib/db/rows-of";
import { recordAuditEvent } from "../audit/record-audit-event";
import { CURRENT_GENERATION } from "../data-keys/active-data-key";
import { NO_VALUES, NOTHING_TO_DO, type PrepareBatch, ROTATION_ACTOR } from "./prepared-batch";

/**
 * Stops the data keys that existed when the rotation began from sealing. Waits for each save that holds one
 * at the moment (seal-in-transaction.ts), so that afterwards every value sealed with an old key is visible.
 */
export const retireDataKeys: PrepareBatch = async (rotation, _cursor, limit) => {
  if (rotation.dryRun) return NOTHING_TO_DO;
  const db = await database();
  const old = await rowsOf<{ id: string }>(
    db,
    sql`select id from data_keys where state = 'active' and generation < ${CURRENT_GENERATION}
      order by id limit ${limit}`,
  );
  const ids = old.map((row) => row.id);
  return {
    // The next page does not find the ones of this batch again, so there is no cursor to store.
    cursor: ids.length === limit ? "" : null,
    rows: ids.length,
    expected: NO_VALUES,
    write: async (tx) => {
      const retired = await rowsOf<{ id: string }>(
        tx,
        sql`update data_keys set state = 'decrypt_only', retired_at = now()
          where id = any(${listParam(ids)}::text[]) and state = 'active' returning id`,
      );
      if (retired.length > 0) {
        await recordAuditEvent(tx, ROTATION_ACTOR, "data_key.retired", "data_keys", {
          keys: retired.map((row) => row.id),
        });
      }
      return NO_VALUES;
    },
  };
};

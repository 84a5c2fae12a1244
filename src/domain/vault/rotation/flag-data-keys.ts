import "server-only";
import { sql } from "drizzle-orm";
import type { Transaction } from "@/lib/db/client";
import { listParam } from "@/lib/db/rows-of";
import { logger } from "@/lib/logger";
import { recordAuditEvent } from "../audit/record-audit-event";
import { ROTATION_ACTOR } from "./prepared-batch";
import type { WalkedDataKey } from "./read-data-key-page";

/** Marks data keys that could not be unwrapped though their key store answered, or removes the mark. */
export async function flagDataKeys(
  tx: Transaction,
  keys: readonly WalkedDataKey[],
  unreadable: boolean,
): Promise<void> {
  const ids = keys.filter((key) => key.flagged !== unreadable).map((key) => key.id);
  if (ids.length === 0) return;
  await tx.execute(
    sql`update data_keys set unreadable_since = ${unreadable ? sql`now()` : sql`null`} where id = any(${listParam(ids)}::text[])`,
  );
  if (!unreadable) return;
  logger.error({ dataKeys: ids }, "data keys cannot be unwrapped");
  await recordAuditEvent(tx, ROTATION_ACTOR, "data_key.unreadable", "data_keys", { keys: ids });
}

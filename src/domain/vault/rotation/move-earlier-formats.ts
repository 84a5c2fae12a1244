import "server-only";
import { sql } from "drizzle-orm";
import { AppError } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";
import { logger } from "@/lib/logger";
import { sealedTextOf, tableOf } from "../sealing/column-sql";
import { SEALED_COLUMNS } from "../sealing/sealed-columns";
import { orderKeyRotation } from "./rotation-jobs";

/**
 * Starts a rotation if there are values in the formats from before data keys, at the first start after an
 * upgrade: only a data key ties them to the lifetime of their owner. Values marked as unreadable wait for
 * their owner.
 */
export async function moveEarlierFormats(): Promise<void> {
  const db = await database();
  for (const column of SEALED_COLUMNS) {
    // oxlint-disable-next-line no-await-in-loop -- the first that is found is enough
    const [found] = await rowsOf(
      db,
      sql`select 1 from ${tableOf(column)}
        where ${sealedTextOf(column)} not like 'orc2.%' and v.unreadable_since is null limit 1`,
    );
    if (!found) continue;
    logger.info({ column: column.table }, "values in an earlier format are being sealed with data keys");
    const order = { kind: "key_encryption_key", dryRun: false } as const;
    // oxlint-disable-next-line no-await-in-loop -- returns
    await orderKeyRotation({ system: "start" }, order).catch((error: unknown) => {
      // Another rotation is running; it moves them as well, or leaves them to the next start.
      if (!(error instanceof AppError && error.code === "conflict")) throw error;
    });
    return;
  }
}

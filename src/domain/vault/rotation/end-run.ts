import "server-only";
import { and, eq, sql } from "drizzle-orm";
import { database } from "@/lib/db/client";
import { keyRotationsTable } from "@/lib/db/schema";
import { EncryptionError } from "@/lib/encryption";
import { logger } from "@/lib/logger";
import { recordAuditEvent } from "../audit/record-audit-event";
import { isRetiredKeyRefusal, retiredKeyConflict } from "../data-keys/retired-key-refused";
import { type KeyRotation, ROTATION_ACTOR } from "./prepared-batch";
import { heldBy } from "./rotation-lease";

/** Marks a rotation as finished, with a record of its result. */
export async function finish(rotation: KeyRotation, worker: string): Promise<"finished" | "not_running"> {
  const db = await database();
  return db.transaction(async (tx) => {
    const [finished] = await tx
      .update(keyRotationsTable)
      .set({ state: "completed", finishedAt: new Date(), leaseOwner: null, leaseUntil: null })
      .where(heldBy(rotation.id, worker))
      .returning();
    if (!finished) return "not_running";
    const { kind, dryRun, done, changed, unreadable, skipped } = finished;
    await recordAuditEvent(tx, ROTATION_ACTOR, "key_rotation.completed", rotation.id, {
      kind,
      dryRun,
      done,
      changed,
      unreadable,
      skipped,
    });
    logger.info(
      { rotation: rotation.id, kind, dryRun, done, changed, unreadable, skipped },
      "a key rotation is finished",
    );
    return "finished";
  });
}

/** Stores the reason why a rotation is waiting, for the operator. */
export async function noteFailure(id: string, worker: string, error: unknown): Promise<void> {
  logger.error({ err: error, rotation: id }, "a key rotation was interrupted; it will be retried");
  try {
    const db = await database();
    await db
      .update(keyRotationsTable)
      .set({ failures: sql`${keyRotationsTable.failures} + 1`, lastError: reasonOf(error) })
      .where(and(eq(keyRotationsTable.id, id), eq(keyRotationsTable.leaseOwner, worker)));
  } catch (unwritable) {
    // The database itself is unavailable; the lease expires on its own.
    logger.error({ err: unwritable, rotation: id }, "the interruption could not be stored");
  }
}

/** The reason an operator sees for a waiting rotation. */
function reasonOf(error: unknown): string {
  if (error instanceof EncryptionError) return error.message;
  if (isRetiredKeyRefusal(error)) return retiredKeyConflict().message;
  return "Something unexpected happened; the server's log says what.";
}

import "server-only";
import { desc } from "drizzle-orm";
import type { KeyRotationSummary } from "@/contracts/vault";
import { database } from "@/lib/db/client";
import { keyRotationsTable } from "@/lib/db/schema";
import type { KeyRotation } from "./prepared-batch";
import { describeStep, stepsOf } from "./rotation-steps";

const SHOWN = 20;

/** The most recent rotations and verifications, including the running one. For operators. */
export async function listKeyRotations(): Promise<KeyRotationSummary[]> {
  const db = await database();
  const rows = await db
    .select()
    .from(keyRotationsTable)
    .orderBy(desc(keyRotationsTable.startedAt))
    .limit(SHOWN);
  return rows.map(summaryOf);
}

function summaryOf(rotation: KeyRotation): KeyRotationSummary {
  const { done, total, workedMs, state } = rotation;
  const rate = workedMs > 0 && done > 0 ? (done * 1000) / workedMs : null;
  // A rate limit makes it slower than the work itself.
  const pace = rate && rotation.rowsPerSecond ? Math.min(rate, rotation.rowsPerSecond) : rate;
  return {
    id: rotation.id,
    kind: rotation.kind,
    dryRun: rotation.dryRun,
    state,
    keyEncryptionKeyId: rotation.keyEncryptionKeyId,
    step: state === "running" ? describeStep(stepsOf(rotation.kind)[rotation.step]) : "Finished",
    done,
    // Rows added meanwhile may make it more than was counted at the start.
    total: state === "completed" ? done : Math.max(total, done),
    changed: rotation.changed,
    unreadable: rotation.unreadable,
    skipped: rotation.skipped,
    rowsPerSecondLimit: rotation.rowsPerSecond,
    rate: pace,
    remainingSeconds: state === "running" && pace ? Math.max(0, total - done) / pace : null,
    lastError: rotation.lastError,
    startedBy: rotation.startedBy,
    startedAt: rotation.startedAt.toISOString(),
    finishedAt: rotation.finishedAt?.toISOString() ?? null,
  };
}

import "server-only";
import { and, eq, sql } from "drizzle-orm";
import { database } from "@/lib/db/client";
import { keyRotationsTable } from "@/lib/db/schema";
import { logger } from "@/lib/logger";
import type { KeyRotation } from "./prepared-batch";

/** A killed worker is replaced after this long. */
const LEASE_SECONDS = 15;
const HEARTBEAT_MS = 4_000;

/** Condition: the rotation runs and this worker holds the lease. */
export function heldBy(id: string, worker: string) {
  return and(
    eq(keyRotationsTable.id, id),
    eq(keyRotationsTable.state, "running"),
    eq(keyRotationsTable.leaseOwner, worker),
  );
}

/** A lease starting now. */
export function leaseEnd() {
  return sql`now() + ${LEASE_SECONDS} * interval '1 second'`;
}

/** Renews the lease while a batch is prepared or waited for: a key store may take minutes for one. */
export function keepLease(id: string, worker: string): { lost: AbortSignal; stop: () => void } {
  const lost = new AbortController();
  const renew = async () => {
    const db = await database();
    const renewed = await db
      .update(keyRotationsTable)
      .set({ leaseUntil: leaseEnd() })
      .where(heldBy(id, worker))
      .returning({ id: keyRotationsTable.id });
    // Cancelled, or another worker has it.
    if (renewed.length === 0) lost.abort();
  };
  const timer = setInterval(() => {
    renew().catch((error: unknown) =>
      logger.warn({ err: error, rotation: id }, "a lease could not be renewed"),
    );
  }, HEARTBEAT_MS);
  timer.unref();
  return { lost: lost.signal, stop: () => clearInterval(timer) };
}

/** @returns null if another worker has it, or it is not running */
export async function takeLease(id: string, worker: string): Promise<KeyRotation | null> {
  const db = await database();
  const [rotation] = await db
    .update(keyRotationsTable)
    .set({ leaseOwner: worker, leaseUntil: leaseEnd() })
    .where(
      and(
        eq(keyRotationsTable.id, id),
        eq(keyRotationsTable.state, "running"),
        sql`(${keyRotationsTable.leaseUntil} is null or ${keyRotationsTable.leaseUntil} < now())`,
      ),
    )
    .returning();
  return rotation ?? null;
}

export async function releaseLease(id: string, worker: string): Promise<void> {
  const db = await database();
  await db
    .update(keyRotationsTable)
    .set({ leaseOwner: null, leaseUntil: null })
    .where(and(eq(keyRotationsTable.id, id), eq(keyRotationsTable.leaseOwner, worker)));
}

export async function isRunning(id: string): Promise<boolean> {
  const db = await database();
  const [row] = await db
    .select({ state: keyRotationsTable.state })
    .from(keyRotationsTable)
    .where(eq(keyRotationsTable.id, id));
  return row?.state === "running";
}

import "server-only";
import { sql } from "drizzle-orm";
import { PERSON_MAX_BYTES } from "@/contracts/limits";
import type { Actor } from "@/domain/identity/actor";
import { AppError } from "@/lib/app-error";
import type { Transaction } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";

/**
 * Checks, after a change that added something, what all projects of a person hold. In the transaction of the
 * change, which holds the person's row (hold-project.ts) and is rolled back by the refusal.
 *
 * @throws AppError `limit_reached`
 */
export async function requireRoom(tx: Transaction, { userId }: Actor): Promise<void> {
  const [held] = await rowsOf<{ bytes: string }>(
    tx,
    sql`select coalesce(sum(file_bytes + message_bytes), 0) as bytes from projects where user_id = ${userId}`,
  );
  if (Number(held?.bytes ?? 0) > PERSON_MAX_BYTES) throw quotaReached();
}

export function quotaReached(): AppError {
  return new AppError(
    "limit_reached",
    `Your projects hold ${PERSON_MAX_BYTES / 1024 ** 2} MB, which is the most one person can have. Delete a project, a thread or files first.`,
  );
}

import "server-only";
import { eq, sum } from "drizzle-orm";
import { PERSON_MAX_BYTES } from "@/contracts/limits";
import type { Actor } from "@/domain/identity/actor";
import { AppError } from "@/lib/app-error";
import type { Transaction } from "@/lib/db/client";
import { projectsTable } from "@/lib/db/schema";

/**
 * Checks, after a change that added something, what all projects of a person hold. In the transaction of the
 * change, which holds the person's row (hold-project.ts) and is rolled back by the refusal.
 *
 * @throws AppError `limit_reached`
 */
export async function requireRoom(tx: Transaction, actor: Actor): Promise<void> {
  const [held] = await tx
    .select({ files: sum(projectsTable.fileBytes), messages: sum(projectsTable.messageBytes) })
    .from(projectsTable)
    .where(eq(projectsTable.userId, actor.userId));
  if (Number(held?.files ?? 0) + Number(held?.messages ?? 0) <= PERSON_MAX_BYTES) return;
  throw new AppError(
    "limit_reached",
    `Your projects hold ${PERSON_MAX_BYTES / 1024 ** 2} MB, which is the most one person can have. Delete a project, a thread or files first.`,
  );
}

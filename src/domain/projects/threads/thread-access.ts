import "server-only";
import { and, eq, type SQL } from "drizzle-orm";
import { threadIdSchema } from "@/contracts/threads";
import { notFound } from "@/lib/app-error";
import { threadsTable } from "@/lib/db/schema";

/**
 * Selects the thread `threadId` in a project whose access was checked. @throws AppError `not_found` if the id
 * is not a UUID
 */
export function threadOfProject(projectId: string, threadId: string): SQL | undefined {
  if (!threadIdSchema.safeParse(threadId).success) throw notFound("thread");
  return and(eq(threadsTable.id, threadId), eq(threadsTable.projectId, projectId));
}

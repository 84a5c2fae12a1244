import "server-only";
import { and, eq, type SQL, sql } from "drizzle-orm";
import { threadIdSchema } from "@/contracts/threads";
import { notFound } from "@/lib/app-error";
import { threadsTable } from "@/lib/db/schema";

/** The id by which its project knows a thread: what a browser sends, and what lists show. */
export const KNOWN_THREAD_ID = sql<string>`coalesce(${threadsTable.publicId}, ${threadsTable.id})`;

/**
 * Selects the thread `threadId` in a project whose access was checked. @throws AppError `not_found` if the id
 * is not a UUID
 */
export function threadOfProject(projectId: string, threadId: string): SQL | undefined {
  if (!threadIdSchema.safeParse(threadId).success) throw notFound("thread");
  return and(eq(threadsTable.projectId, projectId), sql`${KNOWN_THREAD_ID} = ${threadId}::uuid`);
}

import "server-only";
import { and, eq, type SQL, sql } from "drizzle-orm";
import { threadIdSchema } from "@/contracts/threads";
import { notFound } from "@/lib/app-error";
import { messagesTable, threadsTable } from "@/lib/db/schema";

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

/** The answer that is being written is stored as far as it has come, and not shown before it ends. */
export const HAS_ENDED = sql`not exists (
  select 1 from runs where runs.project_id = ${threadsTable.projectId} and runs.thread_id = ${KNOWN_THREAD_ID}
    and runs.run_id::text = ${messagesTable.id} and runs.expires_at > now()
)`;

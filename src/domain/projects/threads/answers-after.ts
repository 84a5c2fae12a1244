import "server-only";
import { sql } from "drizzle-orm";
import type { ThreadMessage } from "@/contracts/threads";
import type { Actor } from "@/domain/identity/actor";
import { database } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";
import { messagesTable, threadsTable } from "@/lib/db/schema";
import { requireProjectAccess } from "../project-access";
import { threadOfProject } from "./thread-access";

/**
 * The answers, newest first, to all versions of the question that follows a message.
 *
 * @throws AppError `not_found` for the project
 */
export async function answersAfter(
  actor: Actor,
  projectId: string,
  threadId: string,
  messageId: string,
): Promise<Pick<ThreadMessage, "role" | "parts">[]> {
  const id = await requireProjectAccess(actor, projectId);
  return rowsOf(
    await database(),
    sql`select answer.role, answer.parts from ${threadsTable}
      join ${messagesTable} question on question.thread_id = ${threadsTable.id} and question.parent_id = ${messageId}
      join ${messagesTable} answer on answer.thread_id = ${threadsTable.id} and answer.parent_id = question.id
      where ${threadOfProject(id, threadId)} and answer.role = 'assistant'
      order by answer.position desc`,
  );
}

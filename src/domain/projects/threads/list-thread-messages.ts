import "server-only";
import { and, asc, desc, eq, gte, lt, sql } from "drizzle-orm";
import { MESSAGE_PAGE_MAX_BYTES, MESSAGES_PER_PAGE } from "@/contracts/limits";
import type { MessagePage, ThreadMessage, ThreadMessagesResponse } from "@/contracts/threads";
import type { Actor } from "@/domain/identity/actor";
import { database } from "@/lib/db/client";
import { messagesTable, threadsTable } from "@/lib/db/schema";
import { requireProjectAccess } from "../project-access";
import { HAS_ENDED, threadOfProject } from "./thread-access";

/** Stands for a message that is larger than a page, from before there was a limit. */
const TOO_LARGE: ThreadMessage["parts"] = [
  { type: "text", text: "This message is too large to be shown. It is stored unchanged." },
];

/**
 * The newest messages of a thread (all branches), or those before a cursor, oldest first: as many as fit in a
 * page. Empty for a thread of another project and for one that does not exist yet: its first message creates
 * it.
 *
 * @throws AppError `not_found` for the project
 */
export async function listThreadMessages(
  actor: Actor,
  projectId: string,
  threadId: string,
  { cursor, limit = MESSAGES_PER_PAGE }: MessagePage = {},
): Promise<ThreadMessagesResponse> {
  const id = await requireProjectAccess(actor, projectId);
  const ofThread = and(threadOfProject(id, threadId), HAS_ENDED);
  const before = cursor === undefined ? undefined : lt(messagesTable.position, cursor);
  const most = Math.min(limit, MESSAGES_PER_PAGE);
  const db = await database();
  // Sizes first, so that nothing is read that does not fit.
  const candidates = await db
    .select({ position: messagesTable.position, size: messagesTable.size })
    .from(messagesTable)
    .innerJoin(threadsTable, eq(threadsTable.id, messagesTable.threadId))
    .where(and(ofThread, before))
    .orderBy(desc(messagesTable.position))
    .limit(most + 1);
  const fitting = candidates.slice(0, Math.min(most, countFitting(candidates)));
  const first = fitting.at(-1);
  if (!first) return { messages: [] };
  const rows = await db
    .select({
      id: messagesTable.id,
      parentId: messagesTable.parentId,
      role: messagesTable.role,
      parts: sql<ThreadMessage["parts"]>`case when ${messagesTable.size} > ${MESSAGE_PAGE_MAX_BYTES}
        then ${JSON.stringify(TOO_LARGE)}::jsonb else ${messagesTable.parts} end`,
      metadata: messagesTable.metadata,
      createdAt: messagesTable.createdAt,
    })
    .from(messagesTable)
    .innerJoin(threadsTable, eq(threadsTable.id, messagesTable.threadId))
    .where(and(ofThread, before, gte(messagesTable.position, first.position)))
    .orderBy(asc(messagesTable.position))
    // Messages stored since the sizes were read are newer; the next reading has them.
    .limit(fitting.length);
  return {
    messages: rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() })),
    ...(fitting.length < candidates.length ? { next: String(first.position) } : {}),
  };
}

/** How many of these fit in a page: at least one, since of one that is larger only its existence is shown. */
function countFitting(newestFirst: { size: number }[]): number {
  let bytes = 0;
  const excess = newestFirst.findIndex(({ size }) => {
    bytes += size > MESSAGE_PAGE_MAX_BYTES ? 0 : size;
    return bytes > MESSAGE_PAGE_MAX_BYTES;
  });
  return excess < 0 ? newestFirst.length : excess;
}

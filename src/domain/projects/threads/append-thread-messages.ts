import "server-only";
import { and, eq } from "drizzle-orm";
import type { ChatMessageMetadata } from "@/contracts/chat";
import { THREAD_TITLE_MAX_LENGTH } from "@/contracts/limits";
import type { ThreadMessage } from "@/contracts/threads";
import type { Actor } from "@/domain/identity/actor";
import { notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { messagesTable, projectsTable, threadsTable } from "@/lib/db/schema";
import { wellFormedJson } from "@/lib/well-formed-json";
import { ownProject } from "../project-access";

export interface MessageToAppend {
  id: string;
  role: ThreadMessage["role"];
  parts: ThreadMessage["parts"];
  metadata?: ChatMessageMetadata;
}

/**
 * Stores the current conversation: `path` from the first message to the newest. Stored messages are left
 * unchanged (a browser cannot rewrite an old answer), new ones are added below their predecessor. The first
 * message creates the thread.
 *
 * @param options.storeMetadataOf id of the one message whose metadata the server created; a browser's is
 *   dropped
 * @param options.createThread false: the thread must exist, so that an answer does not restore a deleted one
 * @throws AppError `not_found` for another person's project, and for a thread that is missing or belongs to
 *   another project
 */
export async function appendThreadMessages(
  actor: Actor,
  projectId: string,
  threadId: string,
  path: MessageToAppend[],
  options: { storeMetadataOf?: string; createThread?: boolean } = {},
): Promise<void> {
  const db = await database();
  await db.transaction(async (tx) => {
    const now = new Date();
    // First, for its lock: a deletion locks the project, then its threads; the opposite order could deadlock.
    const [project] = await tx
      .update(projectsTable)
      .set({ updatedAt: now })
      .where(ownProject(actor, projectId))
      .returning({ id: projectsTable.id });
    if (!project) throw notFound("project");
    if (options.createThread ?? true) {
      await tx
        .insert(threadsTable)
        .values({ id: threadId, projectId: project.id, title: titleFrom(path) })
        .onConflictDoNothing();
    }
    const [thread] = await tx
      .update(threadsTable)
      .set({ updatedAt: now })
      .where(and(eq(threadsTable.id, threadId), eq(threadsTable.projectId, project.id)))
      .returning({ id: threadsTable.id });
    if (!thread) throw notFound("thread");
    const stored = await tx
      .select({ id: messagesTable.id })
      .from(messagesTable)
      .where(eq(messagesTable.threadId, threadId));
    const known = new Set(stored.map((message) => message.id));
    const added = path
      .map((message, index) => ({ message, parentId: path[index - 1]?.id ?? null }))
      .filter(({ message }) => !known.has(message.id))
      .map(({ message, parentId }) => ({
        threadId,
        id: message.id,
        parentId,
        role: message.role,
        parts: wellFormedJson(message.parts),
        metadata: message.id === options.storeMetadataOf ? message.metadata : undefined,
      }));
    // Two tabs may store the same message concurrently; the first one wins.
    if (added.length > 0) await tx.insert(messagesTable).values(added).onConflictDoNothing();
  });
}

function titleFrom(path: MessageToAppend[]): string {
  const text = path.find((message) => message.role === "user")?.parts.find((part) => part.type === "text")?.[
    "text"
  ];
  const line = typeof text === "string" ? text.replaceAll(/[\p{Cc}\s]+/gu, " ").trim() : "";
  if (line === "") return "New thread";
  // Splits by grapheme, so that a title is not cut in the middle of an emoji.
  const characters = Array.from(new Intl.Segmenter().segment(line), ({ segment }) => segment);
  return characters.length <= 60
    ? line.slice(0, THREAD_TITLE_MAX_LENGTH)
    : `${characters.slice(0, 59).join("").trimEnd()}…`;
}

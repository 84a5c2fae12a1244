import "server-only";
import { and, desc, eq, sql } from "drizzle-orm";
import type { ChatMessageMetadata } from "@/contracts/chat";
import { distinctTitle, titleOfQuestion } from "@/contracts/thread-title";
import type { ThreadMessage } from "@/contracts/threads";
import type { Actor } from "@/domain/identity/actor";
import { notFound } from "@/lib/app-error";
import { database, type Transaction } from "@/lib/db/client";
import { messagesTable, projectsTable, threadsTable } from "@/lib/db/schema";
import { wellFormedJson } from "@/lib/well-formed-json";
import { ownProject } from "../project-access";

/** So many titles are compared: a project with more threads that began alike has other worries. */
const MOST_ALIKE = 500;

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
      await createThread(tx, project.id, threadId, path);
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

/** Creates the thread if it is new. */
async function createThread(
  tx: Transaction,
  projectId: string,
  threadId: string,
  path: MessageToAppend[],
): Promise<void> {
  const [known] = await tx
    .select({ id: threadsTable.id })
    .from(threadsTable)
    .where(eq(threadsTable.id, threadId));
  if (known) return;
  const title = await titleInProject(tx, projectId, path);
  await tx.insert(threadsTable).values({ id: threadId, projectId, title }).onConflictDoNothing();
}

/**
 * The first words of the question, with a number if another thread of the project has the same, so that two
 * conversations that began alike can be told apart. The lock on the project keeps the number unique.
 */
async function titleInProject(tx: Transaction, projectId: string, path: MessageToAppend[]): Promise<string> {
  const title = titleOfQuestion(firstQuestion(path));
  const alike = await tx
    .select({ title: threadsTable.title })
    .from(threadsTable)
    .where(and(eq(threadsTable.projectId, projectId), sql`starts_with(${threadsTable.title}, ${title})`))
    .orderBy(desc(threadsTable.createdAt))
    .limit(MOST_ALIKE);
  return distinctTitle(
    title,
    alike.map((thread) => thread.title),
  );
}

function firstQuestion(path: MessageToAppend[]): string {
  const text = path.find((message) => message.role === "user")?.parts.find((part) => part.type === "text")?.[
    "text"
  ];
  return typeof text === "string" ? text : "";
}

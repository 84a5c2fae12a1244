import "server-only";
import { randomUUID } from "node:crypto";
import { and, count, desc, eq, inArray, sql } from "drizzle-orm";
import type { ChatMessageMetadata } from "@/contracts/chat";
import { PROJECT_MAX_THREADS, THREAD_MAX_BYTES, THREAD_MAX_MESSAGES } from "@/contracts/limits";
import { distinctTitle, titleOfQuestion } from "@/contracts/thread-title";
import type { ThreadMessage } from "@/contracts/threads";
import type { Actor } from "@/domain/identity/actor";
import { AppError, notFound } from "@/lib/app-error";
import { database, type Transaction } from "@/lib/db/client";
import { messagesTable, threadsTable } from "@/lib/db/schema";
import { wellFormedJson } from "@/lib/well-formed-json";
import { holdProject } from "../hold-project";
import { requireRoom } from "../require-room";
import { threadOfProject } from "./thread-access";

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
 * @throws AppError `not_found` for another person's project, and for a thread that must exist and does not;
 *   for a question also `limit_reached` and `conversation_too_large`
 */
export async function appendThreadMessages(
  actor: Actor,
  projectId: string,
  threadId: string,
  path: MessageToAppend[],
  options: { storeMetadataOf?: string; createThread?: boolean } = {},
): Promise<void> {
  const isQuestion = options.createThread ?? true;
  const db = await database();
  await db.transaction(async (tx) => {
    // First, for its locks: a deletion locks the project, then its threads; the opposite order could
    // deadlock.
    const id = await holdProject(tx, actor, projectId);
    const [existing] = await tx
      .update(threadsTable)
      .set({ updatedAt: new Date() })
      .where(threadOfProject(id, threadId))
      .returning({ id: threadsTable.id });
    if (!existing && !isQuestion) throw notFound("thread");
    const storedIn = existing?.id ?? (await createThread(tx, id, threadId, path));
    const stored = await tx
      .select({ id: messagesTable.id })
      .from(messagesTable)
      .where(
        and(
          eq(messagesTable.threadId, storedIn),
          inArray(
            messagesTable.id,
            path.map((message) => message.id),
          ),
        ),
      );
    const known = new Set(stored.map((message) => message.id));
    const added = path
      .map((message, index) => ({ message, parentId: path[index - 1]?.id ?? null }))
      .filter(({ message }) => !known.has(message.id))
      .map(({ message, parentId }) => ({
        threadId: storedIn,
        id: message.id,
        parentId,
        role: message.role,
        parts: wellFormedJson(message.parts),
        metadata: message.id === options.storeMetadataOf ? message.metadata : undefined,
      }));
    if (added.length === 0) return;
    // One conversation may name a message twice; the first one wins.
    await tx.insert(messagesTable).values(added).onConflictDoNothing();
    // An answer that was paid for is stored. Its size is limited (finish-run.ts), and the next question is
    // refused.
    if (!isQuestion) return;
    await requireRoomInThread(tx, storedIn);
    await requireRoom(tx, actor);
  });
}

/**
 * Creates a thread its project does not know yet. If another project has one of that id, nobody finds out.
 *
 * @returns the id its messages are stored under
 * @throws AppError `limit_reached`
 */
async function createThread(
  tx: Transaction,
  projectId: string,
  publicId: string,
  path: MessageToAppend[],
): Promise<string> {
  const thread = { projectId, title: await titleInProject(tx, projectId, path) };
  const [created] = await tx
    .insert(threadsTable)
    .values({ ...thread, id: publicId })
    .onConflictDoNothing()
    .returning({ id: threadsTable.id });
  const id = created?.id ?? randomUUID();
  if (!created) await tx.insert(threadsTable).values({ ...thread, id, publicId });
  const [held] = await tx
    .select({ threads: count() })
    .from(threadsTable)
    .where(eq(threadsTable.projectId, projectId));
  if ((held?.threads ?? 0) <= PROJECT_MAX_THREADS) return id;
  throw new AppError(
    "limit_reached",
    `A project holds at most ${PROJECT_MAX_THREADS} threads. Delete some first, or go on in an existing one.`,
  );
}

/** @throws AppError `conversation_too_large` */
async function requireRoomInThread(tx: Transaction, threadId: string): Promise<void> {
  const [held] = await tx
    .select({ messages: threadsTable.messageCount, bytes: threadsTable.messageBytes })
    .from(threadsTable)
    .where(eq(threadsTable.id, threadId));
  if (!held || (held.messages <= THREAD_MAX_MESSAGES && held.bytes <= THREAD_MAX_BYTES)) return;
  throw new AppError(
    "conversation_too_large",
    `A thread holds at most ${THREAD_MAX_MESSAGES} messages and ${THREAD_MAX_BYTES / 1024 ** 2} MB, with all versions. Start a new thread to go on.`,
  );
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

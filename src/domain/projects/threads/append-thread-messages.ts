import "server-only";
import { randomUUID } from "node:crypto";
import { and, count, desc, eq, inArray, sql } from "drizzle-orm";
import { PROJECT_MAX_THREADS, THREAD_MAX_BYTES, THREAD_MAX_MESSAGES } from "@/contracts/limits";
import { distinctTitle, titleOfQuestion } from "@/contracts/thread-title";
import type { ThreadMessage } from "@/contracts/threads";
import type { Actor } from "@/domain/identity/actor";
import { AppError } from "@/lib/app-error";
import { database, type Transaction } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";
import { messagesTable, threadsTable } from "@/lib/db/schema";
import { wellFormedJson } from "@/lib/well-formed-json";
import { holdProject } from "../hold-project";
import { bytesHeldBy, refuseAboveQuota } from "../require-room";
import { threadOfProject } from "./thread-access";

/** So many titles are compared: a project with more threads that began alike has other worries. */
const MOST_ALIKE = 500;

export interface MessageToAppend {
  id: string;
  role: ThreadMessage["role"];
  parts: ThreadMessage["parts"];
  /** Of an answer, as the server stored it. A browser's is read and never stored. */
  metadata?: ThreadMessage["metadata"];
}

/** A stored conversation, to its question. What `check` throws undoes that the question was stored. */
type Check<Result> = (conversation: MessageToAppend[]) => Promise<Result>;

/**
 * Stores a conversation as a browser has it: `path` from the first message to the newest. Stored messages are
 * left unchanged, new ones are added below their predecessor. The first message creates the thread.
 *
 * @returns what `check` makes of the conversation, in which stored messages read as they are stored
 * @throws AppError `not_found` for another person's project, `limit_reached`, `conversation_too_large`, and
 *   what `check` throws
 */
export async function appendThreadMessages<Result>(
  actor: Actor,
  projectId: string,
  threadId: string,
  path: MessageToAppend[],
  check: Check<Result>,
): Promise<Result> {
  const db = await database();
  return db.transaction(async (tx) => {
    const id = await holdProject(tx, actor, projectId);
    const existing = await touchThread(tx, id, threadId);
    const storedIn = existing ?? (await createThread(tx, id, threadId, path));
    const ids = path.map((message) => message.id);
    const stored = existing
      ? await tx
          .select({
            id: messagesTable.id,
            role: messagesTable.role,
            parts: messagesTable.parts,
            metadata: messagesTable.metadata,
          })
          .from(messagesTable)
          .where(and(eq(messagesTable.threadId, storedIn), inArray(messagesTable.id, ids)))
      : [];
    const known = new Map(stored.map((message) => [message.id, message]));
    const added = path.flatMap(({ id: messageId, role, parts }, index) =>
      known.has(messageId) ? [] : [{ id: messageId, role, parts, parentId: path[index - 1]?.id ?? null }],
    );
    const result = await check(path.map((message) => known.get(message.id) ?? message));
    await addMessages(tx, actor, storedIn, added);
    return result;
  });
}

/**
 * Stores a question below a stored message, or as the first one. One that is stored already stays as and
 * where it is: it is to be answered again.
 *
 * @returns what `check` makes of the conversation that ends with the question
 * @throws AppError as `appendThreadMessages`, and `not_found` for a parent that is not stored in this thread
 */
export async function appendQuestion<Result>(
  actor: Actor,
  projectId: string,
  threadId: string,
  { parentId, message }: { parentId: string | null; message: MessageToAppend },
  check: Check<Result>,
): Promise<Result> {
  const db = await database();
  return db.transaction(async (tx) => {
    const id = await holdProject(tx, actor, projectId);
    const existing = await touchThread(tx, id, threadId);
    const branch = existing ? await readBranch(tx, existing, message.id, parentId) : [];
    if (branch.at(-1)?.id === message.id) return check(branch);
    if ((branch.at(-1)?.id ?? null) !== parentId) throw unknownParent();
    const storedIn = existing ?? (await createThread(tx, id, threadId, [message]));
    const result = await check([...branch, message]);
    await addMessages(tx, actor, storedIn, [{ ...message, parentId }]);
    return result;
  });
}

/**
 * Marks a thread as changed. After `holdProject`, for its locks: a deletion locks the project, then its
 * threads; the opposite order could deadlock.
 *
 * @returns the id its messages are stored under; undefined for a thread that does not exist
 */
async function touchThread(
  tx: Transaction,
  projectId: string,
  threadId: string,
): Promise<string | undefined> {
  const [thread] = await tx
    .update(threadsTable)
    .set({ updatedAt: new Date() })
    .where(threadOfProject(projectId, threadId))
    .returning({ id: threadsTable.id });
  return thread?.id;
}

/** The messages from the first to the question if it is stored, else to its parent; empty without either. */
function readBranch(
  tx: Transaction,
  threadId: string,
  questionId: string,
  parentId: string | null,
): Promise<MessageToAppend[]> {
  return rowsOf<MessageToAppend>(
    tx,
    sql`with recursive branch (id, parent_id, depth) as (
        select * from (
          select id, parent_id, 0 from messages
          where thread_id = ${threadId} and id in (${questionId}, ${parentId})
          order by id = ${questionId} desc limit 1
        ) as last_one
        union all
        select above.id, above.parent_id, depth + 1 from branch
        join messages above on above.thread_id = ${threadId} and above.id = branch.parent_id
        where depth < ${THREAD_MAX_MESSAGES}
      )
      select messages.id, role, parts, metadata from branch
      join messages on messages.thread_id = ${threadId} and messages.id = branch.id order by depth desc`,
  );
}

function unknownParent(): AppError {
  return new AppError(
    "not_found",
    "The message that this one follows does not exist, or you have no access to it. Nothing was sent. Reload the thread and send it again.",
  );
}

/** @throws AppError `limit_reached`, `conversation_too_large` */
async function addMessages(
  tx: Transaction,
  actor: Actor,
  threadId: string,
  added: (MessageToAppend & { parentId: string | null })[],
): Promise<void> {
  if (added.length === 0) return;
  const rows = added.map(({ id, parentId, role, parts }) => ({
    threadId,
    id,
    parentId,
    role,
    parts: wellFormedJson(parts),
  }));
  // One conversation may name a message twice; the first one wins.
  await tx.insert(messagesTable).values(rows).onConflictDoNothing();
  await requireRoomForMessages(tx, actor, threadId);
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

/**
 * In the thread and for its owner: in one statement, since it is asked for each message.
 *
 * @throws AppError `conversation_too_large`, `limit_reached`
 */
async function requireRoomForMessages(tx: Transaction, actor: Actor, threadId: string): Promise<void> {
  const [held] = await tx
    .select({
      messages: threadsTable.messageCount,
      bytes: threadsTable.messageBytes,
      ofPerson: bytesHeldBy(actor),
    })
    .from(threadsTable)
    .where(eq(threadsTable.id, threadId));
  if (!held) return;
  if (held.messages > THREAD_MAX_MESSAGES || held.bytes > THREAD_MAX_BYTES) {
    throw new AppError(
      "conversation_too_large",
      `A thread holds at most ${THREAD_MAX_MESSAGES} messages and ${THREAD_MAX_BYTES / 1024 ** 2} MB, with all versions. Start a new thread to go on.`,
    );
  }
  refuseAboveQuota(held.ofPerson);
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

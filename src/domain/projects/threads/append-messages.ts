import "server-only";
import { and, eq, inArray } from "drizzle-orm";
import {
  PERSON_MAX_BYTES,
  PROJECT_MAX_THREADS,
  THREAD_MAX_BYTES,
  THREAD_MAX_MESSAGES,
  THREAD_TITLE_MAX_LENGTH,
} from "@/contracts/limits";
import { titleOfQuestion } from "@/contracts/thread-title";
import type { ThreadMessage } from "@/contracts/threads";
import type { Actor } from "@/domain/identity/actor";
import { AppError, notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { runStatement } from "@/lib/db/run-statement";
import { messagesTable, threadsTable } from "@/lib/db/schema";
import { sqlStateOf } from "@/lib/db/sql-state";
import { logger } from "@/lib/logger";
import { wellFormedJsonText } from "@/lib/well-formed-json";
import { holdProject } from "../hold-project";
import { quotaReached } from "../require-room";

interface MessageToAppend {
  id: string;
  role: ThreadMessage["role"];
  parts: ThreadMessage["parts"];
  /** Of an answer, as the server stored it. A browser's is read and never stored. */
  metadata?: ThreadMessage["metadata"];
}

/**
 * What a browser sends: the whole conversation, from the first message to the newest, or one question and the
 * stored message that it follows.
 */
export type SentConversation =
  | { messages: MessageToAppend[] }
  | { parentId: string | null; message: MessageToAppend };

/** Messages for a thread of a project, by the id its project knows. */
export interface MessagesToAppend {
  projectId: string;
  threadId: string;
  sent: SentConversation;
}

/** A conversation in which stored messages read as they are stored, to its question. */
export interface StoredConversation {
  messages: MessageToAppend[];
  /** Whether it is what was sent: nothing of it was stored before. */
  isAsSent: boolean;
  /** Removes what was added: it cannot be answered. A failure is only logged. */
  takeBack(): Promise<void>;
}

/** What the function answers (migration 0026). */
export interface AppendedRow {
  thread: string;
  is_new: boolean;
  added: string[];
  stored: MessageToAppend[] | null;
}

/**
 * The call that stores messages, as a table of one row, for a statement that does something else too. Stored
 * messages are left unchanged, new ones are added below their predecessor; a question that is stored already
 * stays where it is: it is to be answered again. The first message creates the thread.
 *
 * @param first number of the first parameter of those in `appendingValues`
 * @param condition without which nothing is stored
 */
export function appending(first: number, condition = "true"): string {
  const [person, project, thread, title, path, isWhole, follows] = Array.from(
    { length: 7 },
    (_, index) => `$${first + index}`,
  );
  return `append_messages(case when ${condition} then ${person}::text end, ${project}, ${thread}, ${title}, ${path}::jsonb, ${isWhole}, ${follows},
    ${THREAD_TITLE_MAX_LENGTH}, ${PROJECT_MAX_THREADS}, ${THREAD_MAX_MESSAGES}, ${THREAD_MAX_BYTES}, ${PERSON_MAX_BYTES})`;
}

export function appendingValues({ userId }: Actor, { projectId, threadId, sent }: MessagesToAppend) {
  const isWhole = "messages" in sent;
  const path = isWhole ? sent.messages : [sent.message];
  const follows = isWhole ? null : sent.parentId;
  // Of a thread that is there it is not read.
  const title = follows === null ? titleOfQuestion(firstQuestion(path)) : "";
  const given = wellFormedJsonText(path.map(({ id, role, parts }) => ({ id, role, parts })));
  return [userId, projectId, threadId, title, given, isWhole, follows];
}

/** What was stored by the call. */
export function appended(
  actor: Actor,
  { projectId, sent }: MessagesToAppend,
  { thread, is_new: isNew, added, stored }: AppendedRow,
): StoredConversation {
  const known = stored ?? [];
  return {
    messages: "messages" in sent ? asStored(sent.messages, known) : withQuestion(known, sent.message),
    isAsSent: known.length === 0,
    takeBack: () =>
      takeBack(actor, projectId, { thread, isNew, added }).catch((error: unknown) =>
        logger.error({ err: error }, "a message that was refused could not be removed again"),
      ),
  };
}

const APPEND = `select * from ${appending(1)}`;

/**
 * Stores messages in a statement of their own.
 *
 * @throws AppError `not_found` for another person's project and for a message to follow that is not stored in
 *   this thread; `limit_reached`, `conversation_too_large`
 */
export async function appendMessages(actor: Actor, given: MessagesToAppend): Promise<StoredConversation> {
  const [row] = await runStatement<AppendedRow>(APPEND, appendingValues(actor, given)).catch(refuseAppending);
  if (!row) throw new Error("the function answers with one row");
  return appended(actor, given, row);
}

/** What a person is told of a statement that failed. @throws always */
export function refuseAppending(error: unknown): never {
  switch (sqlStateOf(error)) {
    case "OA003":
      throw notFound("project");
    case "OA004":
      throw new AppError(
        "not_found",
        "The message that this one follows does not exist, or you have no access to it. Nothing was sent. Reload the thread and send it again.",
      );
    case "OA005":
      throw new AppError(
        "limit_reached",
        `A project holds at most ${PROJECT_MAX_THREADS} threads. Delete some first, or go on in an existing one.`,
      );
    case "OA006":
      throw new AppError(
        "conversation_too_large",
        `A thread holds at most ${THREAD_MAX_MESSAGES} messages and ${THREAD_MAX_BYTES / 1024 ** 2} MB, with all versions. Start a new thread to go on.`,
      );
    case "OA007":
      throw quotaReached();
    default:
      throw error;
  }
}

function asStored(path: MessageToAppend[], stored: MessageToAppend[]): MessageToAppend[] {
  const known = new Map(stored.map((message) => [message.id, message]));
  return path.map((message) => known.get(message.id) ?? message);
}

function withQuestion(branch: MessageToAppend[], question: MessageToAppend): MessageToAppend[] {
  return branch.at(-1)?.id === question.id ? branch : [...branch, question];
}

/** Nothing was added below it meanwhile: its run has the thread. */
async function takeBack(
  actor: Actor,
  projectId: string,
  { thread, isNew, added }: { thread: string; isNew: boolean; added: string[] },
): Promise<void> {
  if (added.length === 0) return;
  const db = await database();
  await db.transaction(async (tx) => {
    await holdProject(tx, actor, projectId);
    await tx
      .delete(messagesTable)
      .where(and(eq(messagesTable.threadId, thread), inArray(messagesTable.id, added)));
    if (isNew) await tx.delete(threadsTable).where(eq(threadsTable.id, thread));
  });
}

function firstQuestion(path: MessageToAppend[]): string {
  const text = path.find((message) => message.role === "user")?.parts.find((part) => part.type === "text")?.[
    "text"
  ];
  return typeof text === "string" ? text : "";
}

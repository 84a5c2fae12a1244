import "server-only";
import type { ChatMessageMetadata } from "@/contracts/chat";
import type { ThreadMessage } from "@/contracts/threads";
import type { Actor } from "@/domain/identity/actor";
import { runStatement } from "@/lib/db/run-statement";
import { wellFormedJsonText } from "@/lib/well-formed-json";

export interface AnswerToStore {
  id: string;
  /** The question. */
  parentId: string;
  parts: ThreadMessage["parts"];
  metadata: ChatMessageMetadata;
}

/**
 * The parts `owner`, `held_project` and `stored` of a statement that stores an answer. It locks its person,
 * weakly, then the project, then the thread, like every change of what a project holds.
 *
 * @param first number of the first parameter of those in `storingAnswerValues`
 */
export function storingAnswer(first: number): string {
  const [person, project, thread, id, parent, parts, metadata] = Array.from(
    { length: STORING_ANSWER_VALUES },
    (_, index) => `$${first + index}`,
  );
  return `owner as materialized (
      select id from "user" where id = ${person} for key share
    ), held_project as materialized (
      select projects.id from projects join owner on owner.id = projects.user_id
      where projects.id = ${project}::uuid and ${thread}::uuid is not null for no key update of projects
    ), changed as (
      update threads set updated_at = now() from held_project
      where project_id = held_project.id and coalesce(public_id, threads.id) = ${thread}::uuid
      returning threads.id
    ), stored as (
      insert into messages as known (thread_id, id, parent_id, role, parts, metadata)
      select changed.id, ${id}, ${parent}, 'assistant', ${parts}::jsonb, ${metadata}::jsonb from changed
      on conflict (thread_id, id) do update set parts = excluded.parts, metadata = excluded.metadata
        where known.metadata ->> 'outcome' = 'interrupted'
      returning 1
    )`;
}

export const STORING_ANSWER_VALUES = 7;

/** @param answer null: nothing is stored, and no project is waited for */
export function storingAnswerValues(
  { userId }: Actor,
  projectId: string,
  threadId: string | null,
  answer: AnswerToStore | null,
): unknown[] {
  if (!answer || threadId === null) return [userId, projectId, null, null, null, null, null];
  const { id, parentId, parts, metadata } = answer;
  return [userId, projectId, threadId, id, parentId, wellFormedJsonText(parts), wellFormedJsonText(metadata)];
}

const STORE = `with ${storingAnswer(1)} select 1 from stored`;

/**
 * Stores an answer, or what has come of it so far, which is replaced as long as its outcome is `interrupted`.
 * One that was paid for is stored: its size is limited (annotated-answer.ts), and the next question is
 * refused.
 *
 * @returns false if there is no such thread any more: an answer does not restore a deleted one
 */
export async function storeAnswer(
  actor: Actor,
  projectId: string,
  threadId: string,
  answer: AnswerToStore,
): Promise<boolean> {
  const stored = await runStatement(STORE, storingAnswerValues(actor, projectId, threadId, answer));
  return stored.length > 0;
}

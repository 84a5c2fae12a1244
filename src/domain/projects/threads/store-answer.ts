import "server-only";
import { sql } from "drizzle-orm";
import type { ChatMessageMetadata } from "@/contracts/chat";
import type { ThreadMessage } from "@/contracts/threads";
import type { Actor } from "@/domain/identity/actor";
import { database } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";
import { projectsTable, threadsTable } from "@/lib/db/schema";
import { wellFormedJson } from "@/lib/well-formed-json";
import { ownProject } from "../project-access";
import { threadOfProject } from "./thread-access";

export interface AnswerToStore {
  id: string;
  /** The question. */
  parentId: string;
  parts: ThreadMessage["parts"];
  metadata: ChatMessageMetadata;
}

/**
 * Stores an answer, or what has come of it so far, which is replaced as long as its outcome is `interrupted`.
 * One that was paid for is stored: its size is limited (annotated-answer.ts), and the next question is
 * refused. In one statement, which locks the project before its thread, like every change of what a project
 * holds.
 *
 * @returns false if there is no such thread any more: an answer does not restore a deleted one
 */
export async function storeAnswer(
  actor: Actor,
  projectId: string,
  threadId: string,
  { id, parentId, parts, metadata }: AnswerToStore,
): Promise<boolean> {
  const stored = await rowsOf(
    await database(),
    sql`with held as materialized (
        select ${projectsTable.id} from ${projectsTable} where ${ownProject(actor, projectId)} for no key update
      ), changed as (
        update ${threadsTable} set updated_at = now() from held
        where ${threadOfProject(projectId, threadId)} and ${threadsTable.projectId} = held.id
        returning ${threadsTable.id}
      )
      insert into messages as known (thread_id, id, parent_id, role, parts, metadata)
      select changed.id, ${id}, ${parentId}, 'assistant', ${JSON.stringify(wellFormedJson(parts))}::jsonb,
        ${JSON.stringify(metadata)}::jsonb
      from changed
      on conflict (thread_id, id) do update set parts = excluded.parts, metadata = excluded.metadata
        where known.metadata ->> 'outcome' = 'interrupted'
      returning 1`,
  );
  return stored.length > 0;
}

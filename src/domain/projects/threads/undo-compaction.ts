import "server-only";
import { and, eq, sql } from "drizzle-orm";
import { messageIdSchema } from "@/contracts/chat";
import type { Actor } from "@/domain/identity/actor";
import { notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { messagesTable, threadsTable } from "@/lib/db/schema";
import { holdProject } from "../hold-project";
import { HAS_ENDED, threadOfProject } from "./thread-access";

/**
 * Undoes the compaction before an answer, or does it again: from the next message on, the conversation is
 * sent with or without it. Both are only noted; no text changes.
 *
 * @throws AppError `not_found`, also for an answer that is being written or has none
 */
export async function undoCompaction(
  actor: Actor,
  projectId: string,
  threadId: string,
  messageId: string,
  { isUndone }: { isUndone: boolean },
): Promise<void> {
  if (!messageIdSchema.safeParse(messageId).success) throw notFound("compaction");
  const db = await database();
  await db.transaction(async (tx) => {
    const id = await holdProject(tx, actor, projectId);
    const [answer] = await tx
      .select({ threadId: messagesTable.threadId })
      .from(messagesTable)
      .innerJoin(threadsTable, eq(threadsTable.id, messagesTable.threadId))
      .where(
        and(
          threadOfProject(id, threadId),
          HAS_ENDED,
          eq(messagesTable.id, messageId),
          sql`${messagesTable.parts} @> '[{ "type": "data-compaction", "data": { "state": "done" } }]'`,
        ),
      );
    if (!answer) throw notFound("compaction");
    await tx
      .update(messagesTable)
      .set({
        parts: sql`(select jsonb_agg(
          case when part ->> 'type' = 'data-compaction'
            then jsonb_set(part, '{data,isUndone}', to_jsonb(${isUndone}::boolean)) else part end order by place)
          from jsonb_array_elements(${messagesTable.parts}) with ordinality as each (part, place))`,
      })
      .where(and(eq(messagesTable.threadId, answer.threadId), eq(messagesTable.id, messageId)));
  });
}

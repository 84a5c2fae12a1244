import "server-only";
import { and, asc, countDistinct, desc, eq, gt, isNotNull, isNull, max, ne, sql, sum } from "drizzle-orm";
import type { AiKeyDeletionPreview } from "@/contracts/ai-keys";
import type { Actor } from "@/domain/identity/actor";
import { notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { projectsTable, threadsTable, usageEventsTable, userAiApiKeysTable } from "@/lib/db/schema";
import { keyLabel } from "./key-label";

const THREADS_SHOWN = 10;

/**
 * What used a key in the last 30 days, and which key becomes the default if it is deleted. @throws AppError
 * `not_found`
 */
export async function previewKeyDeletion(actor: Actor, keyId: string): Promise<AiKeyDeletionPreview> {
  const db = await database();
  const [key] = await db
    .select({
      provider: userAiApiKeysTable.provider,
      isDefault: userAiApiKeysTable.isDefault,
      lastUsedAt: userAiApiKeysTable.lastUsedAt,
    })
    .from(userAiApiKeysTable)
    .where(
      and(
        eq(userAiApiKeysTable.userId, actor.userId),
        eq(userAiApiKeysTable.id, keyId),
        isNull(userAiApiKeysTable.previousOf),
      ),
    );
  if (!key) throw notFound("key");
  const used = and(
    eq(usageEventsTable.userId, actor.userId),
    eq(usageEventsTable.keyId, keyId),
    gt(usageEventsTable.at, sql`now() - interval '30 days'`),
  );
  const [totals] = await db
    .select({
      // Rows from before are one for each answer; a test of the key is none.
      answers:
        sql<number>`count(distinct coalesce(${usageEventsTable.messageId}, ${usageEventsTable.id}::text))
        filter (where ${usageEventsTable.purpose} <> 'key_test')`.mapWith(Number),
      threads: countDistinct(usageEventsTable.threadId),
      microUsd: sum(usageEventsTable.costMicroUsd),
    })
    .from(usageEventsTable)
    .where(used);
  const latest = max(usageEventsTable.at);
  const threads = await db
    .select({
      id: sql<string>`${usageEventsTable.threadId}`,
      title: threadsTable.title,
      projectName: projectsTable.name,
    })
    .from(usageEventsTable)
    .innerJoin(projectsTable, eq(projectsTable.id, usageEventsTable.projectId))
    .innerJoin(
      threadsTable,
      and(
        eq(threadsTable.projectId, projectsTable.id),
        // Its project may know it by another id than the one it is stored under.
        sql`coalesce(${threadsTable.publicId}, ${threadsTable.id}) = ${usageEventsTable.threadId}`,
      ),
    )
    .where(and(used, isNotNull(usageEventsTable.threadId)))
    .groupBy(usageEventsTable.threadId, threadsTable.title, projectsTable.name)
    .orderBy(desc(latest))
    .limit(THREADS_SHOWN);
  const others = await db
    .select({
      id: userAiApiKeysTable.id,
      label: userAiApiKeysTable.label,
      last4: userAiApiKeysTable.last4,
      provider: userAiApiKeysTable.provider,
    })
    .from(userAiApiKeysTable)
    .where(
      and(
        eq(userAiApiKeysTable.userId, actor.userId),
        eq(userAiApiKeysTable.provider, key.provider),
        ne(userAiApiKeysTable.id, keyId),
        isNull(userAiApiKeysTable.previousOf),
      ),
    )
    .orderBy(
      // Same order as in deleteStoredKey: usable keys first.
      desc(sql`${userAiApiKeysTable.disabledAt} is null and ${userAiApiKeysTable.unreadableSince} is null`),
      asc(userAiApiKeysTable.createdAt),
      asc(userAiApiKeysTable.id),
    );
  const [next] = others;
  return {
    threads,
    threadCount: totals?.threads ?? 0,
    answerCount: totals?.answers ?? 0,
    microUsd: Number(totals?.microUsd ?? 0),
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
    nextDefault: key.isDefault && next ? { id: next.id, label: keyLabel(next), last4: next.last4 } : null,
    isLast: others.length === 0,
  };
}

import "server-only";
import { and, eq, gte, inArray, max, ne, sql } from "drizzle-orm";
import { database } from "@/lib/db/client";
import { usageEventsTable } from "@/lib/db/schema";

/** What the platform's keys paid for one person. */
export interface PlatformUsage {
  requests: number;
  costMicroUsd: number;
  /** Requests whose cost is not known; of rows from before, messages. */
  unpriced: number;
}

/** What the platform paid for each of these people since the month began, in UTC; nobody without usage. */
export async function platformUsageThisMonth(
  userIds: readonly string[],
): Promise<ReadonlyMap<string, PlatformUsage>> {
  if (userIds.length === 0) return new Map();
  const now = new Date();
  const monthStart = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
  const db = await database();
  const rows = await db
    .select({
      userId: usageEventsTable.userId,
      requests: sql<number>`coalesce(sum(coalesce(${usageEventsTable.requests}, 1)), 0)`.mapWith(Number),
      costMicroUsd: sql<number>`coalesce(sum(${usageEventsTable.costMicroUsd}), 0)`.mapWith(Number),
      unpriced: sql<number>`count(*) filter (
        where ${usageEventsTable.costMicroUsd} is null and ${usageEventsTable.requests} is distinct from 0
      )`.mapWith(Number),
    })
    .from(usageEventsTable)
    .where(
      and(
        inArray(usageEventsTable.userId, [...userIds]),
        gte(usageEventsTable.at, monthStart),
        eq(usageEventsTable.keyProvider, "platform"),
      ),
    )
    .groupBy(usageEventsTable.userId);
  return new Map(rows.map(({ userId, ...usage }) => [userId, usage]));
}

/** When each of these people last sent a message; nobody who never did. */
export async function lastMessages(userIds: readonly string[]): Promise<ReadonlyMap<string, Date>> {
  if (userIds.length === 0) return new Map();
  const db = await database();
  const rows = await db
    .select({ userId: usageEventsTable.userId, at: max(usageEventsTable.at) })
    .from(usageEventsTable)
    .where(and(inArray(usageEventsTable.userId, [...userIds]), ne(usageEventsTable.purpose, "key_test")))
    .groupBy(usageEventsTable.userId);
  return new Map(rows.flatMap(({ userId, at }) => (at ? [[userId, at] as const] : [])));
}

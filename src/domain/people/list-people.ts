import "server-only";
import { and, count, desc, eq, gt, ilike, inArray, max, or, type SQL, sql } from "drizzle-orm";
import { PEOPLE_PER_PAGE } from "@/contracts/limits";
import type { PeopleResponse, PersonSummary } from "@/contracts/people";
import { lastMessages, platformUsageThisMonth } from "@/domain/spending/platform-usage";
import { operatorIds } from "@/domain/vault/operator-ids";
import { isOpen } from "@/lib/auth/account-links";
import { database } from "@/lib/db/client";
import { accountLinksTable, sessionTable, userTable } from "@/lib/db/schema";

/**
 * People with an account, the newest first: who they are and what they cost, never what they wrote.
 *
 * @param search part of a name or an e-mail address; "" for everybody
 * @param cursor `next` of the page before
 */
export async function listPeople({
  search,
  cursor,
}: {
  search: string;
  cursor?: string | undefined;
}): Promise<PeopleResponse> {
  const db = await database();
  const rows = await db
    .select({
      id: userTable.id,
      name: userTable.name,
      email: userTable.email,
      createdAt: userTable.createdAt,
      suspendedAt: userTable.suspendedAt,
    })
    .from(userTable)
    .where(and(matches(search.trim()), cursor === undefined ? undefined : isAfter(cursor)))
    .orderBy(desc(userTable.createdAt), desc(userTable.id))
    .limit(PEOPLE_PER_PAGE + 1);
  const page = rows.slice(0, PEOPLE_PER_PAGE);
  const ids = page.map(({ id }) => id);
  const [operators, sessions, resetLinks, messages, usage] = await Promise.all([
    operatorIds(),
    sessionsOf(ids),
    openResetLinks(ids),
    lastMessages(ids),
    platformUsageThisMonth(ids),
  ]);
  const people = page.map(({ id, name, email, createdAt, suspendedAt }): PersonSummary => {
    const seen = [sessions.get(id)?.lastUsedAt, messages.get(id)].filter((at) => at != null);
    const last = seen.toSorted((a, b) => b.getTime() - a.getTime())[0];
    return {
      id,
      name,
      email,
      state: suspendedAt ? "suspended" : "active",
      isOperator: operators.has(id),
      createdAt: createdAt.toISOString(),
      lastSeenAt: last?.toISOString() ?? null,
      sessions: sessions.get(id)?.open ?? 0,
      resetLinkExpiresAt: resetLinks.get(id)?.toISOString() ?? null,
      month: usage.get(id) ?? { requests: 0, costMicroUsd: 0, unpriced: 0 },
    };
  });
  return { people, next: rows.length > PEOPLE_PER_PAGE ? (ids.at(-1) ?? null) : null };
}

function matches(search: string): SQL | undefined {
  if (search === "") return undefined;
  const pattern = `%${search.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
  return or(ilike(userTable.name, pattern), ilike(userTable.email, pattern));
}

/** In the database's own precision; nobody if that person is gone meanwhile. */
function isAfter(cursor: string): SQL {
  return sql`(${userTable.createdAt}, ${userTable.id}) < (select created_at, id from "user" where id = ${cursor})`;
}

async function sessionsOf(ids: string[]) {
  if (ids.length === 0) return new Map<string, { open: number; lastUsedAt: Date | null }>();
  const db = await database();
  const rows = await db
    .select({ userId: sessionTable.userId, open: count(), lastUsedAt: max(sessionTable.updatedAt) })
    .from(sessionTable)
    .where(and(inArray(sessionTable.userId, ids), gt(sessionTable.expiresAt, sql`now() at time zone 'utc'`)))
    .groupBy(sessionTable.userId);
  return new Map(rows.map(({ userId, ...rest }) => [userId, rest]));
}

async function openResetLinks(ids: string[]): Promise<ReadonlyMap<string, Date>> {
  if (ids.length === 0) return new Map();
  const db = await database();
  const rows = await db
    .select({ userId: accountLinksTable.userId, expiresAt: accountLinksTable.expiresAt })
    .from(accountLinksTable)
    .where(
      and(isOpen(), eq(accountLinksTable.kind, "password_reset"), inArray(accountLinksTable.userId, ids)),
    );
  return new Map(rows.flatMap(({ userId, expiresAt }) => (userId ? [[userId, expiresAt] as const] : [])));
}

import "server-only";
import { and, desc, eq, sql } from "drizzle-orm";
import { THREADS_PER_PAGE } from "@/contracts/limits";
import type { ThreadListResponse, ThreadPage } from "@/contracts/threads";
import type { Actor } from "@/domain/identity/actor";
import { database } from "@/lib/db/client";
import { threadsTable } from "@/lib/db/schema";
import { requireProjectAccess } from "../project-access";
import { KNOWN_THREAD_ID } from "./thread-access";

/** With microseconds, which a Date does not have. */
const UPDATED_AT = sql<string>`to_char(${threadsTable.updatedAt} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** An answer is being written in it, on whatever server. */
const IS_RUNNING = sql<boolean>`exists (
  select 1 from runs where runs.project_id = ${threadsTable.projectId} and runs.thread_id = ${KNOWN_THREAD_ID}
    and runs.expires_at > now()
)`;

/** A page of a project's threads, newest activity first. @throws AppError `not_found` */
export async function listThreads(
  actor: Actor,
  projectId: string,
  { cursor, limit = THREADS_PER_PAGE }: ThreadPage = {},
): Promise<ThreadListResponse> {
  const id = await requireProjectAccess(actor, projectId);
  const db = await database();
  const most = Math.min(limit, THREADS_PER_PAGE);
  const [updatedAt, threadId] = cursor?.split("_") ?? [];
  const rows = await db
    .select({
      id: KNOWN_THREAD_ID,
      title: threadsTable.title,
      createdAt: threadsTable.createdAt,
      updatedAt: threadsTable.updatedAt,
      isRunning: IS_RUNNING,
      place: UPDATED_AT,
    })
    .from(threadsTable)
    .where(
      and(
        eq(threadsTable.projectId, id),
        cursor === undefined
          ? undefined
          : sql`(${threadsTable.updatedAt}, ${KNOWN_THREAD_ID}) < (${updatedAt}::timestamptz, ${threadId}::uuid)`,
      ),
    )
    .orderBy(desc(threadsTable.updatedAt), desc(KNOWN_THREAD_ID))
    .limit(most + 1);
  const last = rows[most - 1];
  return {
    threads: rows.slice(0, most).map(({ place: _place, ...row }) => ({
      ...row,
      createdAt: row.createdAt.toISOString(),
      updatedAt: row.updatedAt.toISOString(),
    })),
    ...(last && rows.length > most ? { next: `${last.place}_${last.id}` } : {}),
  };
}

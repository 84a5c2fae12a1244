import "server-only";
import { and, eq, gt, inArray, isNull, lt, or, type SQL, sql } from "drizzle-orm";
import { database } from "@/lib/db/client";
import {
  correctionAttemptsTable as attempts,
  usageCorrectionsTable as corrections,
  usageEventsTable as usage,
} from "@/lib/db/schema";
import { GENERATION_ID, readOpenRouterGeneration } from "./reports/openrouter-generation";
import type { ReportClient } from "./reports/report-client";
import { PLATFORM, type SourceRow } from "./source";

/** Requests asked about in one go, the newest first. */
const AT_ONCE = 100;
/** A request that is not known after so many tries never will be. */
const MAX_ATTEMPTS = 6;
/** Before the first further try; doubles with each. */
const RETRY_MINUTES = 10;

/**
 * Asks OpenRouter what those requests of a key cost whose cost is not known, or only in part, and stores the
 * answers as corrections. A request is corrected once.
 *
 * @param options.eager also those whose next try is not due
 * @returns when to ask again about some that were not known yet; null if there are none
 * @throws ProviderFailure; what was learned before it is stored
 */
export async function correctCosts(
  client: ReportClient,
  source: Pick<SourceRow, "ownerKind" | "ownerId" | "provider" | "keyRef">,
  { eager }: { eager: boolean },
): Promise<Date | null> {
  const db = await database();
  const rows = await db
    .select({ id: usage.id, at: usage.at, requestId: usage.providerRequestId })
    .from(usage)
    .leftJoin(corrections, eq(corrections.usageId, usage.id))
    .leftJoin(attempts, eq(attempts.usageId, usage.id))
    .where(
      and(
        eq(usage.ownerKind, source.ownerKind),
        eq(usage.ownerId, source.ownerId),
        // As in the index of these rows.
        sql`${usage.provider} = 'openrouter' and ${usage.providerRequestId} is not null
          and (${usage.costMicroUsd} is null or ${usage.costSource} in ('floor', 'partial'))`,
        source.keyRef === PLATFORM ? isNull(usage.keyId) : eq(usage.keyId, source.keyRef),
        gt(usage.at, sql`now() - interval '30 days'`),
        isNull(corrections.id),
        or(
          isNull(attempts.usageId),
          and(lt(attempts.attempts, MAX_ATTEMPTS), eager ? undefined : lt(attempts.nextAt, sql`now()`)),
        ),
      ),
    )
    .orderBy(sql`${usage.at} desc`)
    .limit(AT_ONCE);
  const unknown: string[] = [];
  for (const { id, at, requestId } of rows) {
    // Another id than OpenRouter's: of an older row, or of a server in between.
    if (requestId === null || !GENERATION_ID.test(requestId)) continue;
    // oxlint-disable-next-line no-await-in-loop -- one after the other, for the key's rate limit
    const generation = await readOpenRouterGeneration(client, requestId);
    if (!generation) {
      unknown.push(id);
      // oxlint-disable-next-line no-await-in-loop
      await noteAttempt(id);
      continue;
    }
    // oxlint-disable-next-line no-await-in-loop
    await db
      .insert(corrections)
      .values({ usageId: id, at, source: "openrouter_generation", ...generation })
      .onConflictDoNothing();
  }
  return nextTry(unknown);
}

/** When to try again, after so many tries before. */
function retryAfter(tries: SQL): SQL {
  return sql`now() + make_interval(mins => ${RETRY_MINUTES} * (2 ^ ${tries})::int)`;
}

async function noteAttempt(usageId: string): Promise<void> {
  const db = await database();
  await db
    .insert(attempts)
    .values({ usageId, nextAt: retryAfter(sql`0`) })
    .onConflictDoUpdate({
      target: attempts.usageId,
      set: { attempts: sql`${attempts.attempts} + 1`, nextAt: retryAfter(sql`${attempts.attempts}`) },
    });
}

async function nextTry(ids: readonly string[]): Promise<Date | null> {
  if (ids.length === 0) return null;
  const db = await database();
  const [row] = await db
    .select({ at: sql<string | null>`min(${attempts.nextAt})::text` })
    .from(attempts)
    .where(and(inArray(attempts.usageId, [...ids]), lt(attempts.attempts, MAX_ATTEMPTS)));
  return row?.at ? new Date(row.at) : null;
}

import "server-only";
import { and, asc, desc, eq, isNull, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { AiKeySummary } from "@/contracts/ai-keys";
import type { Actor } from "@/domain/identity/actor";
import { database } from "@/lib/db/client";
import { userAiApiKeysTable } from "@/lib/db/schema";
import { keyLabel } from "../../key-label";
import { pauseSentence } from "../../pause-sentence";
import { rotationDay } from "../../rotation-day";
import type { KeyRow } from "./hold-keys";

const previousTable = alias(userAiApiKeysTable, "previous");

/** The stored keys of `actor`, in the form that may be shown. Opens nothing. */
export async function listStoredKeys(actor: Actor): Promise<AiKeySummary[]> {
  const db = await database();
  const rows = await db
    .select({
      key: userAiApiKeysTable,
      isExpired: sql<boolean>`coalesce(${userAiApiKeysTable.expiresAt} <= now(), false)`,
      previousLast4: previousTable.last4,
      previousUntil: previousTable.availableUntil,
    })
    .from(userAiApiKeysTable)
    .leftJoin(
      previousTable,
      and(eq(previousTable.previousOf, userAiApiKeysTable.id), sql`${previousTable.availableUntil} > now()`),
    )
    .where(and(eq(userAiApiKeysTable.userId, actor.userId), isNull(userAiApiKeysTable.previousOf)))
    .orderBy(
      asc(userAiApiKeysTable.provider),
      desc(userAiApiKeysTable.isDefault),
      asc(userAiApiKeysTable.createdAt),
    );
  return rows.map(
    ({ key, isExpired, previousLast4, previousUntil }): AiKeySummary => ({
      id: key.id,
      provider: key.provider,
      label: keyLabel(key),
      last4: key.last4,
      status: key.unreadableSince ? "needs_reentry" : "ok",
      kept: "stored",
      isDefault: key.isDefault,
      disabled: key.disabledAt !== null,
      baseUrl: key.baseUrl,
      health: key.health && key.healthAt ? { outcome: key.health, at: key.healthAt.toISOString() } : null,
      lastTestedAt: key.lastTestedAt?.toISOString() ?? null,
      lastError:
        key.lastError && key.lastErrorAt
          ? { outcome: key.lastError, at: key.lastErrorAt.toISOString() }
          : null,
      hasNotice: key.hasNotice,
      expiresAt: key.expiresAt?.toISOString() ?? null,
      isExpired,
      madeOn: key.madeOn,
      rotateAfterDays: key.rotateAfterDays,
      rotateOn: rotationDay(key),
      tripwire: key.tripwire,
      paused: pausedView(key),
      previous:
        previousLast4 !== null && previousUntil
          ? { last4: previousLast4, availableUntil: previousUntil.toISOString() }
          : null,
      createdAt: key.createdAt.toISOString(),
      updatedAt: key.updatedAt.toISOString(),
      lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
    }),
  );
}

function pausedView({ pausedAt, pause }: KeyRow): AiKeySummary["paused"] {
  if (!pausedAt) return null;
  const why = pause ?? { reason: "owner" };
  return { at: pausedAt.toISOString(), reason: why.reason, sentence: pauseSentence(why) };
}

import "server-only";
import { and, eq, sql } from "drizzle-orm";
import type { KeyHealthOutcome } from "@/contracts/ai-keys";
import type { Actor } from "@/domain/identity/actor";
import { database } from "@/lib/db/client";
import { userAiApiKeysTable } from "@/lib/db/schema";
import { noteSessionKeyHealth } from "../sources/session/note-session-key-health";
import { noticeAfter } from "./notice-after";

/**
 * Writes down what was learnt about a key, by a test or by a message, and whether its owner is to be told (notice-after.ts).
 * Changes nothing else about the key.
 *
 * @param key the key and the secret that was tried: what is learnt about one that was replaced meanwhile says nothing
 */
export async function noteKeyHealth(
  actor: Actor,
  key: { id: string; secretId: string },
  outcome: KeyHealthOutcome,
  learntBy: "test" | "chat",
): Promise<void> {
  if (noteSessionKeyHealth(actor, key.id, outcome, learntBy)) return;
  const db = await database();
  const fails = outcome !== "ok";
  const tried = and(
    eq(userAiApiKeysTable.id, key.id),
    eq(userAiApiKeysTable.userId, actor.userId),
    eq(userAiApiKeysTable.sealPurpose, key.secretId),
  );
  await db.transaction(async (tx) => {
    const [known] = await tx
      .select({ hasNotice: userAiApiKeysTable.hasNotice, toldOf: userAiApiKeysTable.toldOf })
      .from(userAiApiKeysTable)
      .where(
        and(
          tried,
          // A key that answers one message after the other is not written to for each.
          fails || learntBy === "test"
            ? undefined
            : sql`(${userAiApiKeysTable.health} is distinct from 'ok' or ${userAiApiKeysTable.healthAt} < now() - interval '1 minute')`,
        ),
      )
      .for("update");
    if (!known) return;
    await tx
      .update(userAiApiKeysTable)
      .set({
        health: outcome,
        healthAt: sql`now()`,
        ...noticeAfter(known, outcome, learntBy),
        ...(learntBy === "test" ? { lastTestedAt: sql`now()` } : {}),
        ...(fails ? { lastError: outcome, lastErrorAt: sql`now()` } : {}),
      })
      .where(tried);
  });
}

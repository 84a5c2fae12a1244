import "server-only";
import { and, eq, sql } from "drizzle-orm";
import type { KeyHealthOutcome } from "@/contracts/ai-keys";
import { database } from "@/lib/db/client";
import { userAiApiKeysTable } from "@/lib/db/schema";
import type { Actor } from "../actor";
import { noteSessionKeyHealth } from "../session-keys/note-session-key-health";

/** What its owner has to do something about. A limit, or a provider that is away, passes by itself. */
const NEEDS_OWNER: ReadonlySet<KeyHealthOutcome> = new Set(["invalid", "no_credit", "forbidden"]);

/**
 * Writes down what was learnt about a key, by a test or by a message. A message that fails for the key's sake leaves a notice for
 * its owner, once: as long as it fails the same way, no second one. Changes nothing else about the key.
 *
 * @param secret last four characters of the secret that was tried: what is learnt about one that was replaced meanwhile says nothing
 */
export async function noteKeyHealth(
  actor: Actor,
  key: { id: string; last4: string },
  outcome: KeyHealthOutcome,
  learntBy: "test" | "chat",
): Promise<void> {
  if (noteSessionKeyHealth(actor, key.id, outcome, learntBy)) return;
  const db = await database();
  const fails = outcome !== "ok";
  const notice =
    learntBy === "test" || !fails
      ? sql`false`
      : NEEDS_OWNER.has(outcome)
        ? sql`${userAiApiKeysTable.hasNotice} or ${userAiApiKeysTable.health} is distinct from ${outcome}`
        : sql`${userAiApiKeysTable.hasNotice}`;
  await db
    .update(userAiApiKeysTable)
    .set({
      health: outcome,
      healthAt: sql`now()`,
      hasNotice: notice,
      ...(learntBy === "test" ? { lastTestedAt: sql`now()` } : {}),
      ...(fails ? { lastError: outcome, lastErrorAt: sql`now()` } : {}),
    })
    .where(
      and(
        eq(userAiApiKeysTable.id, key.id),
        eq(userAiApiKeysTable.userId, actor.userId),
        eq(userAiApiKeysTable.last4, key.last4),
        // A key that answers one message after the other is not written to for each.
        fails || learntBy === "test"
          ? undefined
          : sql`(${userAiApiKeysTable.health} is distinct from 'ok' or ${userAiApiKeysTable.healthAt} < now() - interval '1 minute')`,
      ),
    );
}

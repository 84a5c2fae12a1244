import "server-only";
import type { KeyHealthOutcome } from "@/contracts/ai-keys";
import type { Actor } from "@/domain/identity/actor";
import type { HealthEvidence, KeyTried } from "../sources/key-source";
import { personalKeySource } from "../sources/key-sources";

/** Records what a test or a message revealed about a key. */
export async function noteKeyHealth(
  actor: Actor,
  key: KeyTried,
  outcome: KeyHealthOutcome,
  by: HealthEvidence,
): Promise<void> {
  await personalKeySource(key.id).noteHealth(actor, key, outcome, by);
}

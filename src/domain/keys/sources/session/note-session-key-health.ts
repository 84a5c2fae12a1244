import "server-only";
import type { KeyHealthOutcome } from "@/contracts/ai-keys";
import type { Actor } from "@/domain/identity/actor";
import { noticeAfter } from "../../health/notice-after";
import type { HealthEvidence, KeyTried } from "../key-source";
import { findSessionKey } from "./session-key-store";

/** Records what a request revealed about a session key, if it still exists. */
export function noteSessionKeyHealth(
  actor: Actor,
  { id }: Pick<KeyTried, "id">,
  outcome: KeyHealthOutcome,
  by: HealthEvidence,
): void {
  const key = findSessionKey(actor, id);
  if (!key) return;
  const now = { outcome, at: new Date() };
  key.health = now;
  if (outcome !== "ok") key.lastError = now;
  if (by === "test") key.lastTestedAt = now.at;
  Object.assign(key, noticeAfter(key, outcome, by));
}

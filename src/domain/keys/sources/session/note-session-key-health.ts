import "server-only";
import type { KeyHealthOutcome } from "@/contracts/ai-keys";
import type { Actor } from "@/domain/identity/actor";
import { noticeAfter } from "../../health/notice-after";
import { findSessionKey } from "./session-key-store";

/** Notes what was learnt about a key of this session. @returns false if it is none */
export function noteSessionKeyHealth(
  actor: Actor,
  keyId: string,
  outcome: KeyHealthOutcome,
  learntBy: "test" | "chat",
): boolean {
  const key = findSessionKey(actor, keyId);
  if (!key) return false;
  const now = { outcome, at: new Date() };
  key.health = now;
  if (outcome !== "ok") key.lastError = now;
  if (learntBy === "test") key.lastTestedAt = now.at;
  Object.assign(key, noticeAfter(key, outcome, learntBy));
  return true;
}

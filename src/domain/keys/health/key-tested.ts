import "server-only";
import type { KeyHealthOutcome } from "@/contracts/ai-keys";
import { noticeAfter } from "./notice-after";

/** What a test of a key found, and when. */
export interface KeyTested {
  outcome: KeyHealthOutcome;
  at: Date;
}

/** What is known about a key that is new here: what a test found just before it was saved, or nothing. */
export function healthOfNewKey(tested: KeyTested | null) {
  const outcome = tested?.outcome ?? null;
  const at = tested?.at ?? null;
  const hasFailed = outcome !== null && outcome !== "ok";
  return {
    health: outcome,
    healthAt: at,
    lastTestedAt: at,
    lastError: hasFailed ? outcome : null,
    lastErrorAt: hasFailed ? at : null,
    ...noticeAfter({ hasNotice: false, toldOf: null }, outcome ?? "ok", "test"),
  };
}

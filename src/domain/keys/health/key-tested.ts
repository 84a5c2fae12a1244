import "server-only";
import type { KeyHealthOutcome } from "@/contracts/ai-keys";
import { noticeAfter } from "./notice-after";

/** Result and time of a key test. */
export interface KeyTested {
  outcome: KeyHealthOutcome;
  at: Date;
}

/** Initial health of a new key: the result of a test made just before it was saved, or nothing. */
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

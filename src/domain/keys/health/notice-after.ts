import type { KeyHealthOutcome } from "@/contracts/ai-keys";

/**
 * Whether a key's owner still has to be notified that it fails, and which failure they were last notified of.
 */
export interface Notice {
  hasNotice: boolean;
  toldOf: KeyHealthOutcome | null;
}

/** Failures the owner has to act on. Rate limits and outages pass on their own. */
const NEEDS_OWNER: ReadonlySet<KeyHealthOutcome> = new Set(["invalid", "no_credit", "forbidden"]);

/**
 * A message that fails because of the key leaves one notice; the same failure again adds no second one, even
 * with temporary failures in between. The person who tests a key sees the result at once, so a test leaves no
 * notice. A success clears it.
 */
export function noticeAfter(
  { hasNotice, toldOf }: Notice,
  outcome: KeyHealthOutcome,
  evidence: "test" | "chat",
): Notice {
  if (outcome === "ok") return { hasNotice: false, toldOf: null };
  if (!NEEDS_OWNER.has(outcome)) return { hasNotice, toldOf };
  if (evidence === "test") return { hasNotice: false, toldOf: outcome };
  return { hasNotice: hasNotice || toldOf !== outcome, toldOf: outcome };
}

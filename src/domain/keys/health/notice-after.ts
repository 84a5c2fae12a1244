import type { KeyHealthOutcome } from "@/contracts/ai-keys";

/** Whether a key's owner still has to be told that it fails, and of what they were told last. */
export interface Notice {
  hasNotice: boolean;
  toldOf: KeyHealthOutcome | null;
}

/** What its owner has to do something about. A limit, or a provider that is away, passes by itself. */
const NEEDS_OWNER: ReadonlySet<KeyHealthOutcome> = new Set(["invalid", "no_credit", "forbidden"]);

/**
 * A message that fails for the key's sake leaves a notice, once: as long as nothing but the same comes of it, no second one, whatever
 * passes by itself in between. Whoever tests a key sees what comes of it. A key that works ends the matter.
 */
export function noticeAfter(
  { hasNotice, toldOf }: Notice,
  outcome: KeyHealthOutcome,
  learntBy: "test" | "chat",
): Notice {
  if (outcome === "ok") return { hasNotice: false, toldOf: null };
  if (!NEEDS_OWNER.has(outcome)) return { hasNotice, toldOf };
  if (learntBy === "test") return { hasNotice: false, toldOf: outcome };
  return { hasNotice: hasNotice || toldOf !== outcome, toldOf: outcome };
}

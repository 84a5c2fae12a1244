import type { AiKeySummary, KeyHealthOutcome } from "@/contracts/ai-keys";

type Tone = "success" | "warning" | "danger" | "neutral";

/** Badge word for each key health. */
const WORDS: Record<KeyHealthOutcome, { word: string; tone: Tone }> = {
  ok: { word: "Works", tone: "success" },
  invalid: { word: "Refused", tone: "danger" },
  no_credit: { word: "No credit", tone: "warning" },
  forbidden: { word: "Not allowed", tone: "warning" },
  rate_limited: { word: "Limited", tone: "neutral" },
  unreachable: { word: "Not reachable", tone: "neutral" },
  unknown: { word: "Unclear", tone: "neutral" },
};

/**
 * A key's badge: its latest key health. A rate limit or an unreachable provider does not look like a fault of
 * the key.
 */
export function keyHealthWords({ health }: Pick<AiKeySummary, "health">): { word: string; tone: Tone } {
  return health ? WORDS[health.outcome] : { word: "Not tested", tone: "neutral" };
}

/** Failures that only the key's owner can mend. A limit or an outage passes by itself. */
const OWNERS_PROBLEM: ReadonlySet<KeyHealthOutcome> = new Set(["invalid", "no_credit", "forbidden"]);

/** A key's latest outcome if its owner has to act on it, else null. */
export function problemOf(aiKey: Pick<AiKeySummary, "health"> | undefined): KeyHealthOutcome | null {
  const outcome = aiKey?.health?.outcome;
  return outcome && OWNERS_PROBLEM.has(outcome) ? outcome : null;
}

/** Whose sentence it is. */
interface Asked {
  providerName: string;
  /** False for a custom endpoint that was saved without a key. */
  hasKey: boolean;
}

/** What is wrong with a key that was just saved, and the next step. */
export function problemSentence(outcome: KeyHealthOutcome, { providerName, hasKey }: Asked): string {
  switch (outcome) {
    case "invalid":
      return hasKey
        ? `${providerName} does not accept it. Replace it with one that is valid.`
        : "It asks for a key. Update it with the one its operator gave you.";
    case "no_credit":
      return hasKey
        ? `Its account at ${providerName} has no credit left, so it cannot answer messages yet.`
        : "It has no credit left, so it cannot answer messages yet.";
    default:
      return hasKey
        ? `${providerName} does not allow it what messages need. Check its permissions there.`
        : "It does not allow what messages need without a key.";
  }
}

/** The same in a sentence: "refused". */
export function outcomeWord(outcome: KeyHealthOutcome): string {
  return WORDS[outcome].word.toLowerCase();
}

/** Alert variant of a test result. */
export function outcomeAlert(outcome: KeyHealthOutcome): "success" | "warning" | "danger" | "info" {
  const { tone } = WORDS[outcome];
  return tone === "neutral" ? "info" : tone;
}

/** What happened to a key in a chat, for its owner, who can fix it. */
export function noticeSentence(outcome: KeyHealthOutcome, { providerName, hasKey }: Asked): string {
  switch (outcome) {
    case "invalid":
      return hasKey
        ? `${providerName} refused it in a chat. Replace it with one that is valid.`
        : "It asked for a key in a chat. Update it with the one its operator gave you.";
    case "no_credit":
      return hasKey
        ? `Its account at ${providerName} had no credit left in a chat.`
        : "It had no credit left in a chat.";
    case "forbidden":
      return hasKey
        ? `${providerName} did not allow it what a chat asked for. Check its permissions there.`
        : "It did not allow what a chat asked for without a key.";
    default:
      return "It failed in a chat. Test it to see how it stands.";
  }
}

import type { KeyHealthOutcome } from "@/contracts/ai-keys";

/** What a test found, and the next step. Sentences are ours alone; a provider's text may echo the key. */
export function describeOutcome(
  outcome: KeyHealthOutcome,
  { name, hasCreditPage }: { name: string; hasCreditPage: boolean },
): string {
  switch (outcome) {
    case "ok":
      return `${name} accepts this key.`;
    case "invalid":
      return `${name} does not accept this key. Check that it was copied whole and is not revoked, and paste it again.`;
    case "no_credit":
      return `${name} accepts this key, but its account has no credit left.${hasCreditPage ? " Add credit on the billing page." : ""}`;
    case "forbidden":
      return `${name} knows this key, but it may not be used for this. Check its permissions there.`;
    case "rate_limited":
      return `${name} limits how often this key may ask just now. That says nothing against the key; test it again in a moment.`;
    case "unreachable":
      return `${name} did not answer, so nothing is known about the key. Test it again, or tell the operator if it lasts.`;
    case "unknown":
      return `${name} answered in a way that says nothing about the key. Test it again in a moment.`;
  }
}

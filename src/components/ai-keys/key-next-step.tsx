import type { KeyHealthOutcome } from "@/contracts/ai-keys";
import type { ProviderFacts } from "@/contracts/provider";
import { ConsoleLink } from "./console-link";

/** Where the owner of a key mends what is wrong with it; nothing if it passes by itself or is mended here. */
export function KeyNextStep({
  outcome,
  facts,
  className,
}: {
  outcome: KeyHealthOutcome;
  facts: ProviderFacts;
  className?: string;
}) {
  if (outcome === "no_credit") {
    return (
      <ConsoleLink facts={facts} page="billingUrl" {...(className ? { className } : {})}>
        Add credit
      </ConsoleLink>
    );
  }
  if (outcome !== "forbidden") return null;
  return (
    <ConsoleLink facts={facts} {...(className ? { className } : {})}>
      Open the console
    </ConsoleLink>
  );
}

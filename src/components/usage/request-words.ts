import type { CostSource } from "@/contracts/usage";
import type { UsageOutcome, UsageRequestSummary } from "@/contracts/usage-report";
import { costText } from "./cost-text";

export const OUTCOME_NAMES: Readonly<Record<UsageOutcome, string>> = {
  completed: "Completed",
  aborted: "Stopped",
  failed: "Failed",
};

export const COST_SOURCE_NAMES: Readonly<Record<CostSource, string>> = {
  reported: "As the provider reported it.",
  estimated: "From the tokens that the provider reported, at list prices.",
  partial: "From a part of the tokens: the provider did not report all of them.",
  floor: "At least this much: the answer ended before the provider reported what it took.",
};

/** "Work ···4f2a", "Platform key" */
export function requestKey({ key, provider }: UsageRequestSummary): string {
  if (!key) return "Platform key";
  return [key.label || `${provider} key`, key.last4 ? `···${key.last4}` : null]
    .filter((part) => part !== null)
    .join(" ");
}

export function requestCost({ costMicroUsd, costSource, requests }: UsageRequestSummary): string {
  return costText({
    costMicroUsd,
    requests,
    unpriced: costSource === null ? requests : 0,
    atLeast: costSource === "partial" || costSource === "floor" ? requests : 0,
  });
}

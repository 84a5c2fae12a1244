import { countOf } from "@/components/format-count";
import { formatDollars } from "@/components/format-dollars";
import type { UsageFigures } from "@/contracts/usage-report";

type Cost = Pick<UsageFigures, "costMicroUsd" | "unpriced" | "atLeast" | "requests">;

/** "$1.20", "at least $1.20", "unknown". What is not known is never shown as free. */
export function costText({ costMicroUsd, unpriced, atLeast, requests }: Cost): string {
  if (unpriced > 0 && unpriced >= requests && costMicroUsd === 0) return "unknown";
  const dollars = costMicroUsd === 0 ? "$0" : formatDollars(costMicroUsd);
  return unpriced > 0 || atLeast > 0 ? `at least ${dollars}` : dollars;
}

/** Why it is "at least"; null if all of the cost is known. */
export function costNote({ unpriced, atLeast }: Cost): string | null {
  const parts = [
    unpriced > 0 ? `${countOf(unpriced, "request")} of unknown cost` : null,
    atLeast > 0 ? `${countOf(atLeast, "request")} counted in part` : null,
  ].filter((part) => part !== null);
  return parts.length > 0 ? parts.join(", ") : null;
}

import type { ChatError } from "@/contracts/chat";
import type { ErrorAction } from "@/contracts/error-table";

/**
 * The actions of a failure in order, without duplicates. Retry is always offered, as the cause may be gone.
 *
 * @param isOtherChosen another key or model was chosen since, which makes retry the likeliest next click
 */
export function offeredActions(error: ChatError, isOtherChosen: boolean): ErrorAction[] {
  const said = [error.action, ...(error.otherActions ?? [])].filter((action) => action !== null);
  const wanted: ErrorAction[] = isOtherChosen ? ["retry", ...said] : [...said, "retry"];
  return [...new Set(wanted)].filter((action) => action !== "open_billing" || isWebAddress(error.billingUrl));
}

/** The URL comes from a stored message, which is untrusted. */
function isWebAddress(address: string | undefined): boolean {
  return address !== undefined && /^https:\/\//i.test(address);
}

import type { ChatError } from "@/contracts/chat";
import type { ErrorAction } from "@/contracts/error-table";

/**
 * The actions of a failure in their order, each once. The same question can always be sent again, as what
 * hindered it may be gone.
 *
 * @param isOtherChosen another key or model was chosen since: sending it again is then the likeliest next
 * click
 */
export function offeredActions(error: ChatError, isOtherChosen: boolean): ErrorAction[] {
  const said = [error.action, ...(error.otherActions ?? [])].filter((action) => action !== null);
  const wanted: ErrorAction[] = isOtherChosen ? ["retry", ...said] : [...said, "retry"];
  return [...new Set(wanted)].filter((action) => action !== "open_billing" || isWebAddress(error.billingUrl));
}

/** The address comes with the stored message, and a stored message is only as good as who could write it. */
function isWebAddress(address: string | undefined): boolean {
  return address !== undefined && /^https:\/\//i.test(address);
}

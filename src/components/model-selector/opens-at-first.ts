import type { ModelGroup } from "@/contracts/models";
import { defaultSelection } from "./model-selection-store";

/**
 * Whether a group is open when the list is. What cannot be chosen is closed, except the person's own groups:
 * the one with the selection, and the default provider's, which shows what a key of it would offer.
 *
 * @param isChosen whether the applied selection is in it
 * @param isMany with many groups, only the platform's and the chosen one are open
 */
export function opensAtFirst(
  { keyProvider, aiProvider, reason }: ModelGroup,
  { isChosen, isMany }: { isChosen: boolean; isMany: boolean },
): boolean {
  if (reason === null) return isChosen || !isMany || keyProvider === "platform";
  if (keyProvider === "platform") return false;
  return isChosen || (!isMany && aiProvider === defaultSelection().provider);
}

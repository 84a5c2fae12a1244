import { MODEL_ID_FORM } from "@/contracts/limits";
import type { ModelSelection } from "@/contracts/model-selection";
import type { ModelGroup } from "@/contracts/models";
import { groupValue, type ModelOption, optionOf, optionOfSelection, unlistedModel } from "./model-options";

/**
 * A search text as a model id to use as it is typed: of a custom endpoint, or too new for the lists. One
 * option for each key that does not list it, the key chosen now first, then those whose models are not known
 * here.
 *
 * @param found how many listed models the text matches; an ordinary word that found some is only a search
 */
export function typedModelOptions(
  groups: readonly ModelGroup[],
  typed: string,
  found: number,
  draft: ModelSelection,
): { group: ModelGroup; option: ModelOption }[] {
  if (!MODEL_ID_FORM.test(typed) || (mayBeSearch(typed, found) && !/[\d:/.]/.test(typed))) return [];
  const current = optionOfSelection(groups, draft)?.value;
  const rankOf = (group: ModelGroup) => {
    if (current?.startsWith(`${groupValue(group)}:`)) return 0;
    return group.models.length === 0 ? 1 : 2;
  };
  return groups
    .filter(
      ({ keyProvider, keyId, reason, models }) =>
        keyProvider === "personal" && keyId && reason === null && !models.some(({ id }) => id === typed),
    )
    .toSorted((left, right) => rankOf(left) - rankOf(right))
    .map((group) => ({ group, option: optionOf(group, unlistedModel(typed)) }));
}

/** A word that found something, and several words. */
function mayBeSearch(typed: string, found: number): boolean {
  return found > 0 || /\s/.test(typed);
}

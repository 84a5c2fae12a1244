import type { ModelSelection } from "@/contracts/model-selection";
import type { ModelGroup, PickableModel } from "@/contracts/models";
import { payerOf } from "@/contracts/payer";

/** The group of a selection and its model among those the server offers; the model is null if the group does not list it. */
export function findChoice(
  groups: readonly ModelGroup[],
  { payer, provider, model, keyId }: ModelSelection,
): { group: ModelGroup; model: PickableModel | null } | null {
  const group = groups.find(
    (each) =>
      payerOf(each.keyProvider) === payer &&
      each.aiProvider === provider &&
      // Without a key named, the default one pays; and where none is saved, its empty place is meant.
      (payer === "platform" || (keyId ? each.keyId === keyId : each.isDefaultKey || each.keyId === null)),
  );
  return group ? { group, model: group.models.find(({ id }) => id === model) ?? null } : null;
}

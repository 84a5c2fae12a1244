import type { ModelSelection } from "@/contracts/model-selection";
import type { ModelGroup, PickableModel } from "@/contracts/models";

/** The purse of a selection and its model among those the server offers; the model is null if the purse does not name it. */
export function findChoice(
  groups: readonly ModelGroup[],
  { provider, aiProvider, model, keyId }: ModelSelection,
): { group: ModelGroup; model: PickableModel | null } | null {
  const group = groups.find(
    (each) =>
      each.keyProvider === provider &&
      each.aiProvider === aiProvider &&
      // Without a key named, the default one pays; and where none is saved, its empty place is meant.
      (provider === "platform" || (keyId ? each.keyId === keyId : each.isDefaultKey || each.keyId === null)),
  );
  return group ? { group, model: group.models.find(({ id }) => id === model) ?? null } : null;
}

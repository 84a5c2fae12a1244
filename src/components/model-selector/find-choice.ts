import type { ModelSelection } from "@/contracts/model-selection";
import type { ModelGroup, PickableModel } from "@/contracts/models";
import { payerOf } from "@/contracts/payer";

/**
 * A selection's group and model among those the server offers; the model is null if the group does not list
 * it.
 */
export function findChoice(
  groups: readonly ModelGroup[],
  { payer, provider, model, keyId }: ModelSelection,
): { group: ModelGroup; model: PickableModel | null } | null {
  const group = groups.find(
    (each) =>
      payerOf(each.keyProvider) === payer &&
      each.aiProvider === provider &&
      // Without a keyId the default key is meant, or, if none is saved, the group without a key.
      (payer === "platform" || (keyId ? each.keyId === keyId : each.isDefaultKey || each.keyId === null)),
  );
  return group ? { group, model: group.models.find(({ id }) => id === model) ?? null } : null;
}

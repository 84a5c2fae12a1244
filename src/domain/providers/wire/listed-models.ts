import { modelIdSchema } from "@/contracts/model-selection";
import type { ListedModel } from "../provider-adapter";

/**
 * Maximum number of models taken from one list; the rest is dropped. OpenRouter, which lists the most, has
 * several hundred.
 */
export const MAX_LISTED_MODELS = 5000;

const MAX_NAME_LENGTH = 200;

/** Cleans up a model list: drops models with unusable ids and duplicates, and limits the length of names. */
export function tidyModels(models: readonly ListedModel[]): ListedModel[] {
  const byId = new Map<string, ListedModel>();
  for (const model of models) {
    if (byId.size === MAX_LISTED_MODELS) break;
    if (!modelIdSchema.safeParse(model.id).success || byId.has(model.id)) continue;
    byId.set(model.id, { ...model, name: model.name?.slice(0, MAX_NAME_LENGTH) ?? null });
  }
  return [...byId.values()];
}

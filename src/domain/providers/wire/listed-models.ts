import { modelIdSchema } from "@/contracts/model-selection";
import type { ListedModel } from "../provider-adapter";

/**
 * The most models taken from one list; what is beyond is left out. OpenRouter, which lists most, has some
 * hundred.
 */
export const MAX_LISTED_MODELS = 5000;

const MAX_NAME_LENGTH = 200;

/**
 * A list as it may go on: without models whose id could not be chosen afterwards, each once, with names of
 * a sensible length.
 */
export function tidyModels(models: readonly ListedModel[]): ListedModel[] {
  const byId = new Map<string, ListedModel>();
  for (const model of models) {
    if (byId.size === MAX_LISTED_MODELS) break;
    if (!modelIdSchema.safeParse(model.id).success || byId.has(model.id)) continue;
    byId.set(model.id, { ...model, name: model.name?.slice(0, MAX_NAME_LENGTH) ?? null });
  }
  return [...byId.values()];
}

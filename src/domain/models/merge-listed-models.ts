import type { PickableModel } from "@/contracts/models";
import type { ProviderId } from "@/contracts/provider";
import type { ListedModel } from "@/domain/providers/provider-adapter";
import { modelFacts } from "./model-facts";

/** Known models first, in their order; then the provider's other models. */
export function mergeListedModels(
  provider: ProviderId,
  known: readonly PickableModel[],
  listed: readonly ListedModel[],
): PickableModel[] {
  const at = new Date();
  const covered = new Set<ListedModel>();
  const first = known.map((model) => {
    const matches = listed.filter(({ id }) => isSameModel(id, model.id));
    for (const match of matches) covered.add(match);
    const [match] = matches;
    if (!match) return { ...model, reason: "Not offered to this key by its provider." };
    return {
      ...model,
      contextTokens: match.contextTokens ?? model.contextTokens,
      price: match.price ?? model.price,
    };
  });
  const others = listed
    .filter((model) => !covered.has(model))
    .map(({ id, name, contextTokens, price, canCallTools }) => {
      // Looked up only if something is missing: a list may be long, and unknown names are the slowest to look
      // up.
      const facts = contextTokens === null || price === null ? modelFacts(provider, id, at) : null;
      return {
        id,
        name: name ?? id,
        contextTokens: contextTokens ?? facts?.contextTokens ?? null,
        price: price ?? facts?.price ?? null,
        description: null,
        reason: canCallTools === false ? "Cannot use tools, which the agent needs to work on files." : null,
      };
    });
  return [...first, ...others];
}

/** Providers list dated versions ("claude-haiku-4-5-20251001") of shorter, common ids. */
export function isSameModel(listed: string, known: string): boolean {
  return (
    listed === known ||
    (listed.startsWith(`${known}-`) && /^\d{8}$|^\d{4}-\d{2}-\d{2}$/.test(listed.slice(known.length + 1)))
  );
}

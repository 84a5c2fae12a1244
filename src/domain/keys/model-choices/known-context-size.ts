import "server-only";
import type { ModelSelection } from "@/contracts/model-selection";
import { findCatalogModel } from "@/domain/models/catalog";
import { isSameModel } from "@/domain/models/merge-listed-models";
import { modelFacts } from "@/domain/models/model-facts";
import type { PayingKey } from "../sources/key-source";
import { liveListName, liveLists } from "./live-lists";

/**
 * The size of a model's context in tokens, as far as it is known without asking anybody: as the provider has
 * listed it for this key, else as the catalogue has it; null if neither says.
 */
export function knownContextSize(key: PayingKey, { provider, model }: ModelSelection): number | null {
  // However old the list is: the size of a model does not change.
  const listed = key.source === "platform" ? [] : liveLists().peek(liveListName(key), { allowStale: true });
  return (
    listed?.find(({ id }) => isSameModel(id, model))?.contextTokens ??
    (findCatalogModel(provider, model) ?? modelFacts(provider, model, new Date())).contextTokens
  );
}

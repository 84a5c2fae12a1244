import type { ModelSelection } from "@/contracts/model-selection";
import { PROVIDERS } from "@/domain/providers/registry";

/**
 * The selection of a person who has chosen nothing: the first model the platform offers, so that no key is
 * needed.
 */
export const DEFAULT_SELECTION: ModelSelection = defaultSelection();

function defaultSelection(): ModelSelection {
  for (const { facts, knownModels } of PROVIDERS) {
    const offered = knownModels.find(({ offeredByPlatform }) => offeredByPlatform);
    if (offered) return { payer: "platform", provider: facts.id, model: offered.id };
  }
  throw new Error("the platform offers no model");
}

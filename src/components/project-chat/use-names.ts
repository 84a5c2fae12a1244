import { useMemo } from "react";
import { modelName } from "@/components/model-selector/describe-selection";
import { useModelGroups } from "@/components/model-selector/use-model-groups";
import type { ModelGroup, ModelPrice } from "@/contracts/models";

/** Names of the models and providers of stored answers, and the models' prices. */
export interface Names {
  /** "Haiku"; the id if it has no known name. */
  model: (aiProvider: string, id: string) => string;
  /** "Anthropic"; the id if the provider is no longer offered. */
  provider: (aiProvider: string) => string;
  /** List price today; null if it is not known. */
  price: (aiProvider: string, id: string) => ModelPrice | null;
}

export function useNames(): Names {
  const { groups } = useModelGroups();
  return useMemo(() => namesIn(groups), [groups]);
}

/** @param groups from the server; null while loading */
export function namesIn(groups: readonly ModelGroup[] | null): Names {
  return {
    model: (aiProvider, id) => modelName(id, aiProvider, groups),
    provider: (aiProvider) =>
      groups?.find((group) => group.aiProvider === aiProvider)?.providerName ?? aiProvider,
    price: (aiProvider, id) =>
      groups
        ?.filter((group) => group.aiProvider === aiProvider)
        .flatMap(({ models }) => models)
        .find((model) => model.id === id)?.price ?? null,
  };
}

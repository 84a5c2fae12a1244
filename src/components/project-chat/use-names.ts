import { useMemo } from "react";
import { modelName } from "@/components/model-selector/describe-selection";
import { useModelGroups } from "@/components/model-selector/use-model-groups";
import type { ModelGroup } from "@/contracts/models";

/** What models and providers of stored answers are called. */
export interface Names {
  /** "Haiku"; its id when nobody here has a name for it. */
  model: (aiProvider: string, id: string) => string;
  /** "Anthropic"; its id when nothing of it is offered here any more. */
  provider: (aiProvider: string) => string;
}

export function useNames(): Names {
  const { groups } = useModelGroups();
  return useMemo(() => namesIn(groups), [groups]);
}

/** @param groups as the server offers them; null while they are not known */
export function namesIn(groups: readonly ModelGroup[] | null): Names {
  return {
    model: (aiProvider, id) => modelName(id, aiProvider, groups),
    provider: (aiProvider) =>
      groups?.find((group) => group.aiProvider === aiProvider)?.providerName ?? aiProvider,
  };
}

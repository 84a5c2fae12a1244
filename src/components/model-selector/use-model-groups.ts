import { useApi } from "@/components/use-api";
import type { ModelGroupsResponse } from "@/contracts/models";

export const MODELS_PATH = "/api/v1/models";

/** The available models by key source; null while loading. */
export function useModelGroups() {
  const { data, failure, reload } = useApi<ModelGroupsResponse>(MODELS_PATH);
  return { groups: data?.groups ?? null, failure, reload };
}

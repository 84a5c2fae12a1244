import { useApi } from "@/components/use-api";
import type { ModelGroupsResponse } from "@/contracts/models";

export const MODELS_PATH = "/api/v1/models";

/** What can be chosen, by key source; null while unknown. */
export function useModelGroups() {
  const { data, failure, reload } = useApi<ModelGroupsResponse>(MODELS_PATH);
  return { groups: data?.groups ?? null, failure, reload };
}

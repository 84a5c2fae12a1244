import useSWR from "swr";
import type { ModelGroup, ModelGroupsResponse } from "@/contracts/models";
import { callApi } from "@/lib/http/api-client";

export const MODELS_PATH = "/api/v1/models";

/** What can be chosen, by purse; null while unknown. */
export function useModelGroups(): {
  groups: ModelGroup[] | null;
  failure: string | null;
  reload: () => void;
} {
  const { data, error, mutate } = useSWR<ModelGroupsResponse, Error>(MODELS_PATH, () =>
    callApi<ModelGroupsResponse>(MODELS_PATH),
  );
  return {
    groups: data?.groups ?? null,
    failure: !data && error ? error.message : null,
    reload: () => void mutate(),
  };
}

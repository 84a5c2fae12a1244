import useSWR from "swr";
import type { ModelOption, ModelOptionsResponse } from "@/contracts/model-selection";
import { callApi } from "@/lib/http/api-client";

export const MODEL_OPTIONS_PATH = "/api/v1/model-options";

/** Every combination of payer and model with its availability; null while unknown. */
export function useModelOptions(): {
  options: ModelOption[] | null;
  failure: string | null;
  reload: () => void;
} {
  const { data, error, mutate } = useSWR<ModelOptionsResponse, Error>(MODEL_OPTIONS_PATH, () =>
    callApi<ModelOptionsResponse>(MODEL_OPTIONS_PATH),
  );
  return {
    options: data?.options ?? null,
    failure: !data && error ? error.message : null,
    reload: () => void mutate(),
  };
}

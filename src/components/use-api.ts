import useSWR, { type SWRConfiguration } from "swr";
import { callApi } from "@/lib/http/api-client";

/**
 * Loads an API path, with one request shared by all callers. `failure` is null while older data can be shown.
 */
export function useApi<Answer>(path: `/api/${string}`, options?: SWRConfiguration<Answer, Error>) {
  const { data, error, mutate } = useSWR<Answer, Error>(path, () => callApi<Answer>(path), options);
  return {
    data: data ?? null,
    failure: !data && error ? error.message : null,
    reload: () => void mutate(),
    mutate,
  };
}

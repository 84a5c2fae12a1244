import useSWR from "swr";
import type { ProviderFacts, ProvidersResponse } from "@/contracts/provider";
import { callApi } from "@/lib/http/api-client";

export const AI_PROVIDERS_PATH = "/api/v1/ai-providers";

/** What is known about every provider; null while unknown. It changes with the server's version only. */
export function useAiProviders(): {
  providers: ProviderFacts[] | null;
  failure: string | null;
  reload: () => void;
} {
  const { data, error, mutate } = useSWR<ProvidersResponse, Error>(
    AI_PROVIDERS_PATH,
    () => callApi<ProvidersResponse>(AI_PROVIDERS_PATH),
    { revalidateIfStale: false, revalidateOnFocus: false },
  );
  return {
    providers: data?.providers ?? null,
    failure: !data && error ? error.message : null,
    reload: () => void mutate(),
  };
}

import { useApi } from "@/components/use-api";
import type { ProvidersResponse } from "@/contracts/provider";

export const AI_PROVIDERS_PATH = "/api/v1/ai-providers";

/** What is known about every provider; null while unknown. It changes with the server's version only. */
export function useAiProviders() {
  const { data, failure, reload } = useApi<ProvidersResponse>(AI_PROVIDERS_PATH, {
    revalidateIfStale: false,
    revalidateOnFocus: false,
  });
  return { providers: data?.providers ?? null, failure, reload };
}

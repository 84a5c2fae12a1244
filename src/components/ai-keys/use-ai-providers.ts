import { useApi } from "@/components/use-api";
import type { ProvidersResponse } from "@/contracts/provider";

export const AI_PROVIDERS_PATH = "/api/v1/ai-providers";

/** Facts about every provider; null while loading. They change only with the server's version. */
export function useAiProviders() {
  const { data, failure, reload } = useApi<ProvidersResponse>(AI_PROVIDERS_PATH, {
    revalidateIfStale: false,
    revalidateOnFocus: false,
  });
  return { providers: data?.providers ?? null, failure, reload };
}

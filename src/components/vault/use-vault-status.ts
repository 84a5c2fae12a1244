import { useEffect } from "react";
import useSWR from "swr";
import type { VaultStatus } from "@/contracts/vault";
import { callApi } from "@/lib/http/api-client";

export const VAULT_PATH = "/api/v1/operator/vault";

const POLL_MS = 1_000;

/**
 * What stands in the vault, asked again while something runs and when the window gets the focus.
 *
 * @param initial what the server already rendered, so that nothing loads at first
 */
export function useVaultStatus(initial: VaultStatus) {
  const { data, error, mutate } = useSWR<VaultStatus, Error>(
    VAULT_PATH,
    () => callApi<VaultStatus>(VAULT_PATH),
    {
      fallbackData: initial,
      revalidateOnMount: false,
      revalidateIfStale: false,
      dedupingInterval: POLL_MS / 2,
      refreshInterval: (latest) => ((latest ?? initial).running ? POLL_MS : 0),
    },
  );

  // What the server just rendered is newer than what this tab kept from the page before.
  useEffect(() => {
    void mutate(initial, { revalidate: false });
  }, [initial, mutate]);

  return {
    status: data ?? initial,
    /** Why the status shown may be old; it is asked for again by itself. */
    failure: error?.message ?? null,
    /** Asks anew. Never fails: a failure shows as `failure`. */
    refresh: async () => {
      await mutate().catch(() => undefined);
    },
  };
}

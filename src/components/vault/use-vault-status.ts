import { useEffect, useRef } from "react";
import useSWR from "swr";
import type { VaultStatus } from "@/contracts/vault";
import { callApi } from "@/lib/http/api-client";

export const VAULT_PATH = "/api/v1/operator/vault";

const POLL_MS = 1_000;
/** The status counts every row: however many there are, at most this part of the time goes into counting. */
const SHARE_OF_TIME = 0.2;

/**
 * What stands in the vault, asked again while something runs and when the window gets the focus.
 *
 * @param initial what the server already rendered, so that nothing loads at first
 */
export function useVaultStatus(initial: VaultStatus) {
  const tookMs = useRef(0);
  const { data, error, mutate } = useSWR<VaultStatus, Error>(
    VAULT_PATH,
    async () => {
      const begun = performance.now();
      const status = await callApi<VaultStatus>(VAULT_PATH);
      tookMs.current = performance.now() - begun;
      return status;
    },
    {
      fallbackData: initial,
      revalidateOnMount: false,
      revalidateIfStale: false,
      dedupingInterval: POLL_MS / 2,
      refreshInterval: (latest) =>
        (latest ?? initial).running ? Math.max(POLL_MS, tookMs.current / SHARE_OF_TIME) : 0,
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

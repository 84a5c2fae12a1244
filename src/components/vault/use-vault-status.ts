import { useEffect } from "react";
import useSWR from "swr";
import type { VaultStatus } from "@/contracts/vault";
import { callApi } from "@/lib/http/api-client";

export const VAULT_PATH = "/api/v1/operator/vault";

const POLL_MS = 1_000;

/**
 * The status of the vault, reloaded while something runs and when the window gets the focus.
 *
 * @param initial data the server rendered, so that the first render needs no request
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

  // What the server just rendered is newer than this tab's cache.
  useEffect(() => {
    void mutate(initial, { revalidate: false });
  }, [initial, mutate]);

  return {
    status: data ?? initial,
    /** Why the shown status may be stale; it is reloaded automatically. */
    failure: error?.message ?? null,
    /** Reloads. Never throws: an error shows as `failure`. */
    refresh: async () => {
      await mutate().catch(() => undefined);
    },
  };
}

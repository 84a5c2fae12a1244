import { useRenderedApi } from "@/components/use-rendered-api";
import type { VaultStatus } from "@/contracts/vault";

export const VAULT_PATH = "/api/v1/operator/vault";

const POLL_MS = 1_000;

/**
 * The status of the vault, reloaded while something runs and when the window gets the focus.
 *
 * @param initial data the server rendered, so that the first render needs no request
 */
export function useVaultStatus(initial: VaultStatus) {
  const { data, error, mutate } = useRenderedApi<VaultStatus>(VAULT_PATH, initial, initial, {
    dedupingInterval: POLL_MS / 2,
    refreshInterval: (latest) => ((latest ?? initial).running ? POLL_MS : 0),
  });

  return {
    status: data,
    /** Why the shown status may be stale; it is reloaded automatically. */
    failure: error?.message ?? null,
    /** Reloads. Never throws: an error shows as `failure`. */
    refresh: async () => {
      await mutate().catch(() => undefined);
    },
  };
}

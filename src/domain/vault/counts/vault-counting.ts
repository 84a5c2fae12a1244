import "server-only";
import { logger } from "@/lib/logger";
import { recountVault, refreshVaultCounts } from "./vault-counts";

const LOOK_EVERY_MS = 30_000;

/**
 * Refreshes the counts of a large vault while this server runs.
 *
 * @returns a function that stops it
 */
export function startVaultCounting(): () => void {
  recountVault().catch(toLog);
  const timer = setInterval(() => {
    refreshVaultCounts(false).catch(toLog);
  }, LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function toLog(error: unknown): void {
  logger.warn({ err: error }, "the vault could not be counted; will retry");
}

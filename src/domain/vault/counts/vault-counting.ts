import "server-only";
import { logger } from "@/lib/logger";
import { recountVault, refreshVaultCounts } from "./vault-counts";

const LOOK_EVERY_MS = 30_000;

/**
 * Keeps the numbers of a large vault fresh while this server runs.
 *
 * @returns ends it
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
  logger.warn({ err: error }, "what is in the vault could not be counted; it is tried again");
}

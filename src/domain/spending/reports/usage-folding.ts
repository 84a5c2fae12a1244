import "server-only";
import { logger } from "@/lib/logger";
import { foldUsage } from "./fold-usage";

const EVERY_MS = 60_000;

/**
 * Folds usage into its sums now and once a minute, while this server runs. Reports are right without it,
 * and slower.
 *
 * @returns stops it
 */
export function startUsageFolding(): () => void {
  fold();
  const timer = setInterval(fold, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

let folding: Promise<void> | null = null;

function fold(): void {
  folding ??= foldUsage()
    .catch((error: unknown) => {
      logger.warn({ err: error }, "usage could not be summed up; retrying in a minute");
    })
    .finally(() => {
      folding = null;
    });
}

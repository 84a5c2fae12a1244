import "server-only";
import { logger } from "@/lib/logger";
import { watchKeys } from "./watch-keys";

/** A theft is found this long after it is unusual, and the time of one statement. */
const EVERY_MS = 15_000;

/**
 * Watches how keys are used while this server runs. A look that takes longer than the time between two leaves
 * the next one out.
 *
 * @returns stops it
 */
export function startWatchingKeys(): () => void {
  let isLooking = false;
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    watchKeys()
      .catch((error: unknown) => {
        logger.warn({ err: error }, "the use of keys could not be looked at; retrying in a moment");
      })
      .finally(() => {
        isLooking = false;
      });
  }, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

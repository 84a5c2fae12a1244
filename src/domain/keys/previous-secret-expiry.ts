import "server-only";
import { logger } from "@/lib/logger";
import { deleteExpiredPreviousSecrets } from "./previous-secret";

const EVERY_MS = 15 * 60_000;

/**
 * Deletes former secrets whose time is over, now and every quarter of an hour. Until then they are out of use already: nothing
 * reads one after its time.
 *
 * @returns ends it
 */
export function startPreviousKeyExpiry(): () => void {
  drop();
  const timer = setInterval(drop, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function drop(): void {
  deleteExpiredPreviousSecrets().catch((error: unknown) => {
    logger.warn({ err: error }, "former keys whose time is over could not be deleted; it is tried again");
  });
}

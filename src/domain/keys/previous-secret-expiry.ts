import "server-only";
import { logger } from "@/lib/logger";
import { deleteExpiredPreviousSecrets } from "./previous-secret";

const EVERY_MS = 15 * 60_000;

/**
 * Deletes expired previous secrets, now and every 15 minutes. Expired secrets are unusable before that:
 * nothing reads them.
 *
 * @returns stops it
 */
export function startPreviousKeyExpiry(): () => void {
  drop();
  const timer = setInterval(drop, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function drop(): void {
  deleteExpiredPreviousSecrets().catch((error: unknown) => {
    logger.warn({ err: error }, "expired previous keys could not be deleted; retrying later");
  });
}

import "server-only";
import { logger } from "@/lib/logger";
import { tellOfKeyDates } from "./tell-of-key-dates";

const EVERY_MS = 5 * 60_000;

/**
 * Tells owners of the dates of their keys, now and every five minutes. A key is refused from its date on,
 * told or not.
 *
 * @returns stops it
 */
export function startTellingOfKeyDates(): () => void {
  tell();
  const timer = setInterval(tell, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function tell(): void {
  tellOfKeyDates().catch((error: unknown) => {
    logger.warn({ err: error }, "owners could not be told of the dates of their keys; retrying later");
  });
}

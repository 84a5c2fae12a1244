import "server-only";
import { AppError } from "@/lib/app-error";
import { sqlStateOf } from "@/lib/db/sql-state";

/** Raised by the trigger on `data_keys` that refuses a key wrapped by a retired key-encryption key. */
const RETIRED_KEY = "OA002";

/**
 * Shown when this server wraps with a retired key-encryption key: it was started before the retirement, or
 * with an old configuration.
 */
export function retiredKeyConflict(cause?: unknown): AppError {
  return new AppError(
    "conflict",
    "This server was started with a key-encryption key that has been retired since. Restart it with the current configuration.",
    { cause },
  );
}

/** Whether the database refused to store a data key because its key-encryption key is retired. */
export function isRetiredKeyRefusal(error: unknown): boolean {
  return sqlStateOf(error) === RETIRED_KEY;
}

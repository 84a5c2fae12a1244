import "server-only";
import { logger } from "@/lib/logger";
import { oncePerProcess } from "@/lib/once-per-process";
import { databaseConnection } from "./client";

/** Deleted secrets are in the files of the embedded database for this long at most, while a server runs. */
const ERASE_EVERY_MS = 60_000;
/** Erasing blocks the embedded database: it takes at most this share of the time. */
const LARGEST_SHARE = 0.01;

const shared = oncePerProcess("erasing", () => ({
  /** When erasing began to fail; null while it works. */
  failingSince: null as Date | null,
}));

/** Since when deleted secrets could not be erased from the files; null if they can. */
export function erasureFailingSince(): Date | null {
  return shared.get().failingSince;
}

/**
 * Erases deleted and replaced secrets from the embedded database's files now. A failure is logged, and the
 * next time tries again: what was deleted stays deleted.
 *
 * @param options.always also if nothing was deleted or replaced since the last time
 */
export async function eraseDeleted(options?: { always?: boolean }): Promise<void> {
  const state = shared.get();
  try {
    await (await databaseConnection()).erase(options);
    state.failingSince = null;
  } catch (error) {
    state.failingSince ??= new Date();
    logger.error({ err: error }, "deleted secrets could not be erased from the database's files; will retry");
  }
}

/**
 * Erases in the background, about once a minute if something was deleted.
 *
 * @returns a function that stops it
 */
export function startErasing(): () => void {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const schedule = (delayMs: number) => {
    if (!stopped) timer = setTimeout(run, delayMs).unref();
  };
  const run = () => {
    const begin = performance.now();
    void eraseDeleted().then(() =>
      schedule(Math.max(ERASE_EVERY_MS, (performance.now() - begin) / LARGEST_SHARE)),
    );
  };
  schedule(ERASE_EVERY_MS);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

import "server-only";
import { logger } from "@/lib/logger";
import { oncePerProcess } from "@/lib/once-per-process";
import { reconcileDue } from "./reconcile-due";

const EVERY_MS = 10 * 60_000;

const running = oncePerProcess<{ now: boolean }>("reconciliation", () => ({ now: false }));

/**
 * Looks every ten minutes whether a provider is to be asked what it charged, which is once a day for each
 * key.
 *
 * @returns stops it; what is being asked at that moment is taken over by another server, or the next start
 */
export function startReconciliation(): () => void {
  const timer = setInterval(() => void look(), EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

async function look(): Promise<void> {
  const state = running.get();
  if (state.now) return;
  state.now = true;
  try {
    await reconcileDue();
  } catch (error) {
    logger.warn({ err: error }, "providers could not be asked what they charged; retrying later");
  } finally {
    state.now = false;
  }
}

import "server-only";
import { logger } from "@/lib/logger";
import { oncePerProcess } from "@/lib/once-per-process";
import { deleteOldNotifications } from "./delete-old-notifications";
import { deliverDue } from "./deliver-due";
import { handOut } from "./hand-out";

const EVERY_MS = 10_000;
const CLEAN_EVERY_MS = 60 * 60_000;

const state = oncePerProcess("notificationDelivery", () => ({
  isRunning: false,
  isStopped: false,
  cleanedAt: 0,
}));

/**
 * Delivers notifications in the background, on every server: each claims what no other does.
 *
 * @returns stops it; an attempt that is under way ends by itself, or is taken over by another server
 */
export function startDelivery(): () => void {
  const timer = setInterval(() => void turn(), EVERY_MS);
  timer.unref();
  void turn();
  return () => {
    state.get().isStopped = true;
    clearInterval(timer);
  };
}

async function turn(): Promise<void> {
  const now = state.get();
  if (now.isRunning || now.isStopped) return;
  now.isRunning = true;
  try {
    await deliverAll();
    if (Date.now() - now.cleanedAt >= CLEAN_EVERY_MS) {
      now.cleanedAt = Date.now();
      await deleteOldNotifications();
    }
  } catch (error) {
    logger.warn({ err: error }, "notifications could not be delivered; retrying later");
  } finally {
    now.isRunning = false;
  }
}

/** Hands out what is new and tries what is due, until nothing is left. */
export async function deliverAll(): Promise<void> {
  // oxlint-disable no-await-in-loop -- batch after batch
  while (await handOut());
  while (!state.get().isStopped && (await deliverDue()));
  // oxlint-enable no-await-in-loop
}

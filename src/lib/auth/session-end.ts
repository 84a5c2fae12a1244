import "server-only";
import { oncePerProcess } from "@/lib/once-per-process";

type Listener = (sessionId: string) => void;

const listeners = oncePerProcess("sessionEnd", () => new Set<Listener>());

/**
 * Calls `listener` with the id of each session that ends on this server: by signing out, here or from another
 * device.
 */
export function onSessionEnd(listener: Listener): void {
  listeners.get().add(listener);
}

export function tellSessionEnd(sessionId: string): void {
  for (const listener of listeners.get()) listener(sessionId);
}

import "server-only";

type Listener = (sessionId: string) => void;

// On globalThis: the bundler gives routes copies of a module, and they have to share the listeners.
const shared = globalThis as typeof globalThis & { orchestralSessionEnd?: Set<Listener> };

/** Calls `listener` with the id of each session that ends on this server: by signing out, here or from another device. */
export function onSessionEnd(listener: Listener): void {
  shared.orchestralSessionEnd ??= new Set();
  shared.orchestralSessionEnd.add(listener);
}

export function tellSessionEnd(sessionId: string): void {
  for (const listener of shared.orchestralSessionEnd ?? []) listener(sessionId);
}

import { useSyncExternalStore } from "react";

const KEY = "orchestral.keep-working";

const listeners = new Set<() => void>();
/** While storage is blocked. */
let chosen = false;

/** Whether answers go on when nobody watches them. Remembered in this browser. */
export function keepsWorking(): boolean {
  try {
    return localStorage.getItem(KEY) === "yes";
  } catch {
    return chosen;
  }
}

export function keepWorking(value: boolean): void {
  chosen = value;
  try {
    localStorage.setItem(KEY, value ? "yes" : "no");
  } catch {
    // Storage is blocked: it lasts as long as the page.
  }
  for (const listener of listeners) listener();
}

export function useKeepsWorking(): boolean {
  return useSyncExternalStore(subscribe, keepsWorking, () => false);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

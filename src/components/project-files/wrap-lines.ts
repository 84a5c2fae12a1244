import { useSyncExternalStore } from "react";

const KEY = "orchestral.wrap-lines";
const listeners = new Set<() => void>();
/** For this page, if the browser stores nothing. */
let chosen: boolean | null = null;

function isWrapped(): boolean {
  if (chosen !== null) return chosen;
  try {
    return localStorage.getItem(KEY) === "yes";
  } catch {
    return false;
  }
}

export function setWrapLines(wrap: boolean): void {
  chosen = wrap;
  try {
    localStorage.setItem(KEY, wrap ? "yes" : "no");
  } catch {
    // Storage is blocked: it is forgotten with the page.
  }
  for (const listener of listeners) listener();
}

/** Whether long lines of files are wrapped. Remembered in this browser. */
export function useWrapLines(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    isWrapped,
    () => false,
  );
}

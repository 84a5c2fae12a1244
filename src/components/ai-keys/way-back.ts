import { useSyncExternalStore } from "react";

const KEY = "orchestral.way-back";
const PROJECT_PAGE = /^\/projects\/[\da-f-]{36}$/;

/**
 * Remembers the project somebody leaves for a provider's page, which sends them back to the settings. This tab only
 * (sessionStorage); whoever leaves from any other page has no way back of this kind.
 */
export function keepWayBack(path: string): void {
  try {
    if (PROJECT_PAGE.test(path)) sessionStorage.setItem(KEY, path);
    else sessionStorage.removeItem(KEY);
  } catch {
    // Storage is blocked: the projects are in the menu.
  }
}

/** Path of the project's page they left, or null; null on the server, too. */
export function useWayBack(): string | null {
  return useSyncExternalStore(neverChanges, readWayBack, () => null);
}

function readWayBack(): string | null {
  try {
    const path = sessionStorage.getItem(KEY);
    return path !== null && PROJECT_PAGE.test(path) ? path : null;
  } catch {
    return null;
  }
}

/** Nothing writes it while the page that shows it is open. */
function neverChanges(): () => void {
  return () => undefined;
}

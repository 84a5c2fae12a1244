import { useSyncExternalStore } from "react";

const KEY = "orchestral.way-back";
const PROJECT_PAGE = /^\/projects\/[\da-f-]{36}$/;

/**
 * Remembers the project page a person leaves for a provider's page, which returns them to the settings. This
 * tab only (sessionStorage), and only for project pages.
 */
export function keepReturnPath(path: string): void {
  try {
    if (PROJECT_PAGE.test(path)) sessionStorage.setItem(KEY, path);
    else sessionStorage.removeItem(KEY);
  } catch {
    // Storage is blocked: the projects are in the menu.
  }
}

/** Path of the project page they left, or null; always null on the server. */
export function useReturnPath(): string | null {
  return useSyncExternalStore(neverChanges, readReturnPath, () => null);
}

function readReturnPath(): string | null {
  try {
    const path = sessionStorage.getItem(KEY);
    return path !== null && PROJECT_PAGE.test(path) ? path : null;
  } catch {
    return null;
  }
}

/** It is not written while the page that shows it is open. */
function neverChanges(): () => void {
  return () => undefined;
}

import { useSyncExternalStore } from "react";

const never = () => () => {};

/**
 * False in the server's HTML and until hydration, then true. A submit button waits for it: a form sent before
 * that would leave the page instead of running our handler.
 */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}

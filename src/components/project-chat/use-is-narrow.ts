import { useSyncExternalStore } from "react";

/** Below Tailwind's `lg`: one pane at a time. */
const QUERY = "(width < 64rem)";

/** For roles and focus only; CSS decides what is visible, so that nothing jumps on hydration. */
export function useIsNarrow(): boolean {
  return useSyncExternalStore(
    (listener) => {
      const list = matchMedia(QUERY);
      list.addEventListener("change", listener);
      return () => list.removeEventListener("change", listener);
    },
    () => matchMedia(QUERY).matches,
    () => false,
  );
}

import { useLayoutEffect, useSyncExternalStore } from "react";
import { useApi } from "@/components/use-api";
import type { FirstSelection, ModelSelection } from "@/contracts/model-selection";
import {
  defaultSelection,
  readChosenSelection,
  startWith,
  subscribeToSelection,
} from "./model-selection-store";

export const FIRST_SELECTION_PATH = "/api/v1/user/default-selection";

/** What a tab of this person starts with; null while loading. */
export function useFirstSelection(): FirstSelection | null {
  return useApi<FirstSelection>(FIRST_SELECTION_PATH).data;
}

/**
 * This tab's selection: whose key pays and which model answers. The server renders what a tab starts with; a
 * stored selection replaces it on hydration.
 */
export function useModelSelection(): ModelSelection {
  const chosen = useSyncExternalStore(subscribeToSelection, readChosenSelection, () => null);
  const first = useFirstSelection();
  return chosen ?? first?.selection ?? defaultSelection();
}

/** Call once on a page where messages are sent. */
export function useStartingSelection(): void {
  const first = useFirstSelection();
  useLayoutEffect(() => {
    if (first) startWith(first.selection);
  }, [first]);
}

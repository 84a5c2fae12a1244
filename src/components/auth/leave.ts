/** Where a tab keeps its chosen model and payer (see components/model-selector). */
const MODEL_SELECTION_KEY = "orchestral.model-selection";

/**
 * Leaves the account: clears what this tab stored and loads `path` from the server. A full page load, not a
 * client-side navigation, so that no data of the last person stays in memory.
 */
export function leave(path: string): void {
  try {
    sessionStorage.removeItem(MODEL_SELECTION_KEY);
  } catch {
    // Storage can be disabled; then there is nothing to clear.
  }
  window.location.assign(path);
}

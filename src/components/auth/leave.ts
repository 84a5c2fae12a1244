/** Where a tab keeps its chosen model and payer (see components/model-selector). */
const MODEL_SELECTION_KEY = "orchestral.model-selection";

/**
 * Leaves the account: forgets what this tab remembered and loads `path` from the server. A real page load, not a
 * client-side one, so that nothing the last person saw stays in memory for the next.
 */
export function leave(path: string): void {
  try {
    sessionStorage.removeItem(MODEL_SELECTION_KEY);
  } catch {
    // Storage can be switched off; then there is nothing to forget.
  }
  window.location.assign(path);
}

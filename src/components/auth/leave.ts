/** What this product keeps in a tab: the chosen model and payer, unsent and waiting messages, marks. */
const PREFIX = "orchestral.";

/**
 * Leaves the account: clears what this tab stored and loads `path` from the server. A full page load, not a
 * client-side navigation, so that no data of the last person stays in memory.
 */
export function leave(path: string): void {
  try {
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
    }
  } catch {
    // Storage can be disabled; then there is nothing to clear.
  }
  window.location.assign(path);
}

const KEY = "orchestral.draft.";

/** Unsent messages, by thread: switching threads or pages does not lose them, reloading does. */
const drafts = new Map<string, string>();

/** The key of the draft of a project's next thread, which has no id before its first message. */
export function newThreadKey(projectId: string): string {
  return `new.${projectId}`;
}

export function rememberDraft(key: string, text: string): void {
  if (text === "") drafts.delete(key);
  else drafts.set(key, text);
}

/** Also across a page load, for the visit to the sign-in page. This tab only, and removed when it is read. */
export function keepDraft(key: string, text: string): void {
  rememberDraft(key, text);
  try {
    sessionStorage.setItem(KEY + key, text);
  } catch {
    // Storage is blocked: the draft is lost with the page.
  }
}

export function readDraft(key: string): string {
  try {
    const kept = sessionStorage.getItem(KEY + key);
    sessionStorage.removeItem(KEY + key);
    if (kept !== null) return kept;
  } catch {
    // Storage is blocked: what is remembered may still be there.
  }
  return drafts.get(key) ?? "";
}

const KEY = "orchestral.draft.";

/**
 * Keeps a message that could not be sent across the way to the sign-in page and back. Only then: what is typed
 * otherwise stays in the page's memory. This tab only (sessionStorage), and taken away when it is read.
 */
export function keepDraft(threadId: string, text: string): void {
  try {
    sessionStorage.setItem(KEY + threadId, text);
  } catch {
    // Storage is blocked: the person types again, which is what would have happened anyway.
  }
}

export function takeDraft(threadId: string): string {
  try {
    const text = sessionStorage.getItem(KEY + threadId) ?? "";
    sessionStorage.removeItem(KEY + threadId);
    return text;
  } catch {
    return "";
  }
}

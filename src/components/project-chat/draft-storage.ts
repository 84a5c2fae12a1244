const KEY = "orchestral.draft.";

/**
 * Keeps an unsent message across the visit to the sign-in page. Otherwise drafts stay in memory. This tab
 * only (sessionStorage), and removed when it is read.
 */
export function keepDraft(threadId: string, text: string): void {
  try {
    sessionStorage.setItem(KEY + threadId, text);
  } catch {
    // Storage is blocked: the draft is lost, as it would be without this.
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

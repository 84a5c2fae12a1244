import { randomUuid } from "./random-uuid";

/** A message that waits until the answer before it is complete. */
export interface QueuedMessage {
  id: string;
  text: string;
}

export const QUEUE_MAX = 10;

const KEY = "orchestral.queue.";

/** The waiting messages of a thread. This tab only; they survive a reload. */
export function readQueue(threadId: string): QueuedMessage[] {
  try {
    return parseQueue(sessionStorage.getItem(KEY + threadId));
  } catch {
    // Storage is blocked.
    return [];
  }
}

export function storeQueue(threadId: string, queue: readonly QueuedMessage[]): void {
  try {
    if (queue.length === 0) sessionStorage.removeItem(KEY + threadId);
    else sessionStorage.setItem(KEY + threadId, JSON.stringify(queue.map(({ text }) => text)));
  } catch {
    // Storage is blocked or full: they wait as long as the page is open.
  }
}

/** @param stored which another version, an extension or the developer tools may have written */
export function parseQueue(stored: string | null): QueuedMessage[] {
  if (stored === null) return [];
  try {
    const texts: unknown = JSON.parse(stored);
    if (!Array.isArray(texts)) return [];
    return texts
      .filter((text): text is string => typeof text === "string" && text.trim() !== "")
      .slice(0, QUEUE_MAX)
      .map(queued);
  } catch {
    return [];
  }
}

export function queued(text: string): QueuedMessage {
  return { id: randomUuid(), text };
}

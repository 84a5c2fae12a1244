import { randomUuid } from "./random-uuid";

/** A message that waits until the answer before it is complete. */
export interface QueuedMessage {
  id: string;
  text: string;
}

export const QUEUE_MAX = 10;

const KEY = "orchestral.queue.";

const queues = new Map<string, readonly QueuedMessage[]>();
const listeners = new Set<() => void>();

/** The waiting messages of a thread. This tab only; they survive a reload. */
export function readQueue(threadId: string): readonly QueuedMessage[] {
  let queue = queues.get(threadId);
  if (!queue) {
    queue = parseQueue(stored(threadId));
    queues.set(threadId, queue);
  }
  return queue;
}

export function storeQueue(threadId: string, queue: readonly QueuedMessage[]): void {
  queues.set(threadId, queue);
  try {
    if (queue.length === 0) sessionStorage.removeItem(KEY + threadId);
    else sessionStorage.setItem(KEY + threadId, JSON.stringify(queue.map(({ text }) => text)));
  } catch {
    // Storage is blocked or full: they wait as long as the page is open.
  }
  for (const listener of listeners) listener();
}

export function subscribeToQueues(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function stored(threadId: string): string | null {
  try {
    return sessionStorage.getItem(KEY + threadId);
  } catch {
    return null;
  }
}

/** @param json which another version, an extension or the developer tools may have written */
export function parseQueue(json: string | null): QueuedMessage[] {
  if (json === null) return [];
  try {
    const texts: unknown = JSON.parse(json);
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

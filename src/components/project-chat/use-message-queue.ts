import { useCallback, useEffect, useRef, useState } from "react";
import { QUEUE_MAX, type QueuedMessage, queued, readQueue, storeQueue } from "./message-queue";

export interface MessageQueue {
  waiting: readonly QueuedMessage[];
  /** @returns false if no more messages may wait */
  add: (text: string) => boolean;
  /** Puts a message that could not be sent back to its place. */
  putBack: (text: string) => void;
  change: (id: string, text: string) => void;
  /** @returns the text of the message; undefined if it is not there any more */
  take: (id: string) => string | undefined;
  takeFirst: () => string | undefined;
}

/** The messages of a thread that wait for their turn. */
export function useMessageQueue(threadId: string): MessageQueue {
  // Read while handling events, where a rendered value may be old.
  const current = useRef<readonly QueuedMessage[]>([]);
  const [waiting, setWaiting] = useState<readonly QueuedMessage[]>([]);

  const set = useCallback(
    (messages: readonly QueuedMessage[]) => {
      current.current = messages;
      setWaiting(messages);
      storeQueue(threadId, messages);
    },
    [threadId],
  );
  // After hydration: the server does not know them.
  useEffect(() => {
    const stored = readQueue(threadId);
    if (stored.length > 0) set(stored);
  }, [threadId, set]);

  const take = useCallback(
    (id: string | undefined) => {
      const message = current.current.find((each) => each.id === id);
      if (message) set(current.current.filter((each) => each !== message));
      return message?.text;
    },
    [set],
  );
  return {
    waiting,
    take,
    takeFirst: useCallback(() => take(current.current[0]?.id), [take]),
    add: useCallback(
      (text) => {
        if (current.current.length >= QUEUE_MAX) return false;
        set([...current.current, queued(text)]);
        return true;
      },
      [set],
    ),
    putBack: useCallback((text) => set([queued(text), ...current.current]), [set]),
    change: useCallback(
      (id, text) => set(current.current.map((each) => (each.id === id ? { ...each, text } : each))),
      [set],
    ),
  };
}

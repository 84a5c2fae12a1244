import { useMemo, useSyncExternalStore } from "react";
import {
  QUEUE_MAX,
  type QueuedMessage,
  queued,
  readQueue,
  storeQueue,
  subscribeToQueues,
} from "./message-queue";

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

const NONE: readonly QueuedMessage[] = [];

/** The messages of a thread that wait for their turn. */
export function useMessageQueue(threadId: string): MessageQueue {
  const waiting = useSyncExternalStore(
    subscribeToQueues,
    () => readQueue(threadId),
    () => NONE,
  );
  const changes = useMemo(() => changesOf(threadId), [threadId]);
  return { waiting, ...changes };
}

function changesOf(threadId: string): Omit<MessageQueue, "waiting"> {
  // Read when something happens: what was rendered may be old.
  const current = () => readQueue(threadId);
  const store = (queue: readonly QueuedMessage[]) => storeQueue(threadId, queue);
  const take = (id: string | undefined) => {
    const message = current().find((each) => each.id === id);
    if (message) store(current().filter((each) => each !== message));
    return message?.text;
  };
  return {
    take,
    takeFirst: () => take(current()[0]?.id),
    add: (text) => {
      if (current().length >= QUEUE_MAX) return false;
      store([...current(), queued(text)]);
      return true;
    },
    putBack: (text) => store([queued(text), ...current()]),
    change: (id, text) => store(current().map((each) => (each.id === id ? { ...each, text } : each))),
  };
}

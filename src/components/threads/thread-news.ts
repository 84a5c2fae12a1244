/** Tells the other tabs of this browser that something happens in a thread. */
const CHANNEL = "orchestral.threads";

let channel: BroadcastChannel | null = null;
const listeners = new Set<(threadId: string) => void>();

function open(): BroadcastChannel | null {
  if (channel || typeof BroadcastChannel === "undefined") return channel;
  channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    if (typeof data !== "string") return;
    for (const listener of listeners) listener(data);
  });
  return channel;
}

/** An answer has begun in the thread. */
export function announceThread(threadId: string): void {
  open()?.postMessage(threadId);
}

/** Calls back when an answer begins in another tab. @returns ends it */
export function onThreadNews(listener: (threadId: string) => void): () => void {
  open();
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    channel?.close();
    channel = null;
  };
}

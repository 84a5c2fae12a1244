import { useEffect, useState } from "react";
import type ChatSessionComponent from "./chat-session";

type Loaded = { ChatSession: typeof ChatSessionComponent | null; hasFailed: boolean };

const load = () => import("./chat-session");

/**
 * Preloads the code when a message is likely. A failure does not matter: `useChatSessionCode` tries again.
 */
export function preloadChatSession(): void {
  load().catch(() => {});
}

/**
 * The code of the conversation, loaded on demand. Not React's `lazy`, which caches a failed download for the
 * life of the page: the person's message would be lost with the error page.
 */
export function useChatSessionCode(isWanted: boolean): Loaded & { retry: () => void } {
  const [loaded, setLoaded] = useState<Loaded>({ ChatSession: null, hasFailed: false });
  const shouldLoad = isWanted && !loaded.ChatSession && !loaded.hasFailed;

  useEffect(() => {
    if (!shouldLoad) return;
    let isCurrent = true;
    const settle = (outcome: Loaded) => {
      if (isCurrent) setLoaded(outcome);
    };
    load().then(
      ({ default: ChatSession }) => settle({ ChatSession, hasFailed: false }),
      () => settle({ ChatSession: null, hasFailed: true }),
    );
    return () => {
      isCurrent = false;
    };
  }, [shouldLoad]);

  return { ...loaded, retry: () => setLoaded({ ChatSession: null, hasFailed: false }) };
}

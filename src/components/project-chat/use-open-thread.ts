import { useSearchParams } from "next/navigation";
import { useCallback, useState } from "react";
import { randomUuid } from "./random-uuid";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Which thread is open. It is in the URL (`?thread=`), so that reload, bookmarks and the back button work; a
 * new thread gets its id here and its URL with its first message.
 */
export function useOpenThread(): {
  threadId: string;
  /**
   * The id of the newest thread created here: until its first message it has no URL and does not exist on the
   * server.
   */
  draftId: string;
  openThread: (threadId: string) => void;
  openNewThread: () => void;
  /** Puts a new thread into the URL. Nothing is loaded and the conversation stays mounted. */
  nameThread: (threadId: string) => void;
} {
  const named = useSearchParams().get("thread");
  const [draftId, setDraftId] = useState(randomUuid);
  const openThread = useCallback((threadId: string) => {
    history.pushState(null, "", `?thread=${threadId}`);
  }, []);
  const openNewThread = useCallback(() => {
    setDraftId(randomUuid());
    if (location.search) history.pushState(null, "", location.pathname);
  }, [setDraftId]);
  const nameThread = useCallback((threadId: string) => {
    history.replaceState(null, "", `?thread=${threadId}`);
  }, []);
  const threadId = named !== null && UUID.test(named) ? named.toLowerCase() : draftId;
  return { threadId, draftId, openThread, openNewThread, nameThread };
}

import { useEffect, useState } from "react";
import type { ThreadMessage } from "@/contracts/threads";
import { readAllMessages } from "./read-stored-messages";

type State =
  | { status: "loading" }
  | { status: "ready"; messages: ThreadMessage[] }
  | { status: "failed"; sentence: string };

/**
 * All stored messages of a thread, loaded once: from then on the open conversation is newer than the
 * server's copy.
 *
 * @param initial messages the server rendered, or an empty list for a new thread; null loads them
 */
export function useThreadMessages(
  projectId: string,
  threadId: string,
  initial: ThreadMessage[] | null,
): State & { reload: () => void } {
  const [state, setState] = useState<State>(
    initial ? { status: "ready", messages: initial } : { status: "loading" },
  );
  const shouldLoad = state.status === "loading";

  useEffect(() => {
    if (!shouldLoad) return;
    const abort = new AbortController();
    readAllMessages(projectId, threadId, abort.signal).then(
      (messages) => setState({ status: "ready", messages }),
      (error: unknown) => {
        if (abort.signal.aborted) return;
        const sentence = error instanceof Error ? error.message : "The thread did not load.";
        setState({ status: "failed", sentence });
      },
    );
    return () => abort.abort();
  }, [projectId, threadId, shouldLoad]);

  return { ...state, reload: () => setState({ status: "loading" }) };
}

import { useAuiState } from "@assistant-ui/react";
import { useEffect, useRef } from "react";
import { showLiveWrites } from "@/components/project-files/live-writes";
import { refreshProjectFiles } from "@/components/project-files/use-project-files";
import type { ThreadMessage } from "@/contracts/threads";
import { changedPath } from "./tool-call-summary";

/**
 * Carries what the agent does to files over to the files panel: content as it is being written, and a fresh look when
 * a tool call has ended.
 *
 * @param restored messages of earlier visits, whose tool calls are old news
 */
export function useFileActivity(projectId: string, restored: ThreadMessage[]): void {
  const lastMessage = useAuiState((state) => state.thread.messages.at(-1));
  const isRunning = useAuiState((state) => state.thread.isRunning);
  const settled = useRef<Set<string>>(null);

  useEffect(() => {
    settled.current ??= toolCallIds(restored);
    const calls = (lastMessage?.role === "assistant" ? lastMessage.parts : []).filter(
      (part) => part.type === "tool-call",
    );
    const writes = new Map<string, string>();
    const changed: string[] = [];
    for (const call of calls) {
      const path = changedPath(call);
      if (path === null) continue;
      if (call.result === undefined) {
        const { content } = call.args;
        // The path streams in before the content, letter by letter: it is whole once the content begins.
        if (isRunning && call.toolName === "writeFile" && typeof content === "string")
          writes.set(path, content);
      } else if (!settled.current.has(call.toolCallId)) {
        settled.current.add(call.toolCallId);
        changed.push(path);
      }
    }
    showLiveWrites(projectId, writes);
    if (changed.length > 0) refreshProjectFiles(projectId, changed);
  }, [projectId, restored, lastMessage, isRunning]);

  useEffect(() => () => showLiveWrites(projectId, new Map()), [projectId]);
}

function toolCallIds(messages: ThreadMessage[]): Set<string> {
  const ids = messages.flatMap(({ parts }) => parts.map((part) => part.toolCallId));
  return new Set(ids.filter((id) => typeof id === "string"));
}

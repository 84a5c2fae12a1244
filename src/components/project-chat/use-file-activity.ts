import { useEffect, useRef } from "react";
import { noteFileChange, showLiveWrites } from "@/components/project-files/live-writes";
import { refreshProjectFiles } from "@/components/project-files/use-project-files";
import type { ThreadMessage } from "@/contracts/threads";
import type { ChatMessage } from "./chat-message";
import { changedPath, refusalOf, type ToolCall, toolCallOf } from "./tool-call-summary";

const LATE_RESULT_MS = 1_500;

/**
 * Shows the agent's file changes in the files panel: content while it is written, and a reload after each
 * tool call.
 *
 * @param restored messages of earlier visits, whose tool calls are ignored
 */
export function useFileActivity(
  projectId: string,
  restored: ThreadMessage[],
  lastMessage: ChatMessage | undefined,
  isRunning: boolean,
): void {
  const settled = useRef<Set<string>>(null);

  useEffect(() => {
    settled.current ??= toolCallIds(restored);
    const writes = new Map<string, string>();
    const ended: string[] = [];
    let hasChanged = false;
    for (const call of toolCallsOf(lastMessage)) {
      const path = changedPath(call);
      if (path === null) continue;
      if (call.result === undefined) {
        const { content } = call.args;
        // The path streams in before the content: it is complete once the content begins.
        if (isRunning && call.toolName === "writeFile" && typeof content === "string")
          writes.set(path, content);
      } else if (!settled.current.has(call.id)) {
        settled.current.add(call.id);
        ended.push(path);
        if (refusalOf(call) === null) hasChanged = true;
      }
    }
    showLiveWrites(projectId, writes);
    if (ended.length > 0) refreshProjectFiles(projectId, ended);
    if (hasChanged) noteFileChange(projectId);
  }, [projectId, restored, lastMessage, isRunning]);

  const openPaths = useRef<string[]>([]);
  useEffect(() => {
    if (lastMessage?.role !== "assistant") return;
    openPaths.current = toolCallsOf(lastMessage).flatMap((call) => {
      const path = call.result === undefined ? changedPath(call) : null;
      return path === null ? [] : [path];
    });
  }, [lastMessage]);

  const wasRunning = useRef(false);
  useEffect(() => {
    const hasEnded = wasRunning.current && !isRunning;
    wasRunning.current = isRunning;
    if (!hasEnded || openPaths.current.length === 0) return;
    // A tool call that was running when the answer was stopped or broke off may still have changed files, but
    // its result never arrives here. The server may also still be running it.
    refreshProjectFiles(projectId, openPaths.current);
    const timer = setTimeout(() => refreshProjectFiles(projectId, openPaths.current), LATE_RESULT_MS);
    return () => clearTimeout(timer);
  }, [projectId, isRunning]);

  useEffect(() => () => showLiveWrites(projectId, new Map()), [projectId]);
}

function toolCallsOf(message: ChatMessage | undefined): ToolCall[] {
  return message?.role === "assistant" ? message.parts.flatMap((part) => toolCallOf(part) ?? []) : [];
}

function toolCallIds(messages: ThreadMessage[]): Set<string> {
  const ids = messages.flatMap(({ parts }) => parts.map((part) => part.toolCallId));
  return new Set(ids.filter((id) => typeof id === "string"));
}

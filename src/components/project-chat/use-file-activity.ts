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
  const shown = useRef<ShownWrites>(null);

  useEffect(() => {
    settled.current ??= toolCallIds(restored);
    shown.current ??= new ShownWrites(projectId);
    const writes = new Map<string, string>();
    const written = new Map<string, string>();
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
        if (refusalOf(call) !== null) continue;
        hasChanged = true;
        const { content } = call.args;
        if (call.toolName === "writeFile" && typeof content === "string") written.set(path, content);
      }
    }
    if (ended.length > 0) void shown.current.keepUntil(refreshProjectFiles(projectId, ended), written);
    shown.current.show(writes);
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
    void refreshProjectFiles(projectId, openPaths.current);
    const timer = setTimeout(() => void refreshProjectFiles(projectId, openPaths.current), LATE_RESULT_MS);
    return () => clearTimeout(timer);
  }, [projectId, isRunning]);

  useEffect(() => () => shown.current?.end(), []);
}

/**
 * The files that the panel shows as being written. One that is written stays among them until the list has
 * it, or its row would be gone for that moment and everything below would jump.
 */
class ShownWrites {
  readonly #projectId: string;
  readonly #kept = new Map<string, string>();
  #writes: ReadonlyMap<string, string> = new Map();

  constructor(projectId: string) {
    this.#projectId = projectId;
  }

  show(writes: ReadonlyMap<string, string>): void {
    this.#writes = writes;
    showLiveWrites(this.#projectId, new Map([...this.#kept, ...writes]));
  }

  end(): void {
    this.#kept.clear();
    this.show(new Map());
  }

  async keepUntil(loaded: Promise<void>, written: ReadonlyMap<string, string>): Promise<void> {
    for (const [path, content] of written) this.#kept.set(path, content);
    await loaded;
    for (const [path, content] of written) if (this.#kept.get(path) === content) this.#kept.delete(path);
    this.show(this.#writes);
  }
}

function toolCallsOf(message: ChatMessage | undefined): ToolCall[] {
  return message?.role === "assistant" ? message.parts.flatMap((part) => toolCallOf(part) ?? []) : [];
}

function toolCallIds(messages: ThreadMessage[]): Set<string> {
  const ids = messages.flatMap(({ parts }) => parts.map((part) => part.toolCallId));
  return new Set(ids.filter((id) => typeof id === "string"));
}

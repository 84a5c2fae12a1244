"use client";

import { useChat } from "@ai-sdk/react";
import { AssistantRuntimeProvider, useAui, useAuiState } from "@assistant-ui/react";
import { useAISDKRuntime } from "@assistant-ui/react-ai-sdk";
import type { UIMessage } from "ai";
import { useEffect, useMemo, useState } from "react";
import type { ThreadMessage } from "@/contracts/threads";
import { createChatTransport } from "./chat-transport";
import { MessageList } from "./message-list";
import { storedPath } from "./thread-tree";
import { useFileActivity } from "./use-file-activity";

/** What the composer, which is there before this code is loaded, can ask of a conversation. */
export interface ChatSessionHandle {
  send: (text: string) => void;
  stop: () => void;
}

/** The page is redrawn at most this often while an answer streams in. */
const REDRAW_MS = 50;

/**
 * A conversation: assistant-ui on the AI SDK's chat. Loaded when there is a conversation to show or one is about to
 * begin, because the two libraries weigh more than the rest of the page (see next.config.ts).
 *
 * @param initialMessages all branches, oldest first; the newest leaf's path is shown
 * @param onReady called once, with what the composer needs
 */
export default function ChatSession({
  projectId,
  threadId,
  initialMessages,
  onReady,
  onRunningChange,
}: {
  projectId: string;
  threadId: string;
  initialMessages: ThreadMessage[];
  onReady: (handle: ChatSessionHandle) => void;
  onRunningChange: (isRunning: boolean) => void;
}) {
  const [transport] = useState(() => createChatTransport(projectId, threadId));
  const [restored] = useState(() => restore(initialMessages));
  const chat = useChat({ id: threadId, transport, throttle: REDRAW_MS });
  const runtime = useAISDKRuntime(chat, {
    messageRepository: restored,
    // One message of ours is one message there: their ids are what branches and the server's rows hang on.
    joinStrategy: "none",
  });
  return (
    <AssistantRuntimeProvider runtime={runtime}>
      <SessionLink
        projectId={projectId}
        restored={initialMessages}
        onReady={onReady}
        onRunningChange={onRunningChange}
      />
      <MessageList
        restoredIds={useMemo(() => new Set(initialMessages.map(({ id }) => id)), [initialMessages])}
      />
    </AssistantRuntimeProvider>
  );
}

/** Tells the page around the conversation what happens in it. */
function SessionLink({
  projectId,
  restored,
  onReady,
  onRunningChange,
}: {
  projectId: string;
  restored: ThreadMessage[];
  onReady: (handle: ChatSessionHandle) => void;
  onRunningChange: (isRunning: boolean) => void;
}) {
  const aui = useAui();
  const isRunning = useAuiState((state) => state.thread.isRunning);
  useFileActivity(projectId, restored);

  useEffect(() => {
    onReady({
      send: (text) => aui.thread().append(text),
      stop: () => {
        // A message without an answer yet would be taken from the conversation into assistant-ui's own composer, which is not on
        // this page, although the server has stored it. It stays if that composer holds something (restoreDraft).
        const hidden = aui.thread().composer();
        hidden.setText("stopping");
        aui.thread().cancelRun();
        hidden.setText("");
      },
    });
  }, [aui, onReady]);

  useEffect(() => onRunningChange(isRunning), [isRunning, onRunningChange]);
  return null;
}

function restore(stored: ThreadMessage[]): {
  headId: string | null;
  messages: { parentId: string | null; message: UIMessage }[];
} {
  const { messages, headId } = storedPath(stored);
  return {
    headId,
    messages: messages.map(({ id, parentId, role, parts, metadata }) => ({
      parentId,
      // The server stored what the AI SDK streamed.
      message: { id, role, parts, ...(metadata ? { metadata } : {}) } as UIMessage,
    })),
  };
}

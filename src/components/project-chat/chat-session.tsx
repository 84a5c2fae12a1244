"use client";

import { useChat } from "@ai-sdk/react";
import { useEffect, useState } from "react";
import type { ThreadMessage } from "@/contracts/threads";
import { Conversation } from "./conversation";
import { MessageList } from "./message-list";
import { useFileActivity } from "./use-file-activity";

/** Handle for the composer, which is rendered before this code is loaded. */
export interface ChatSessionHandle {
  send: (text: string) => void;
  stop: () => void;
}

/** Minimum time between renders while an answer streams in. */
const REDRAW_MS = 50;

/**
 * A conversation, rendered from the AI SDK's chat. Loaded lazily, because that library is as large as the
 * rest of the page (see next.config.ts).
 *
 * @param initialMessages all branches, oldest first; the newest leaf's path is shown
 * @param onReady called once, with the handle for the composer
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
  const [conversation] = useState(() => new Conversation(projectId, threadId, initialMessages));
  const { messages, status } = useChat({ chat: conversation.chat, throttle: REDRAW_MS });
  const isRunning = status === "submitted" || status === "streaming";
  useFileActivity(projectId, initialMessages, messages.at(-1), isRunning);

  useEffect(() => {
    onReady(conversation);
    return conversation.stop;
  }, [conversation, onReady]);

  useEffect(() => onRunningChange(isRunning), [isRunning, onRunningChange]);

  return <MessageList conversation={conversation} messages={messages} isRunning={isRunning} />;
}

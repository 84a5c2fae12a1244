"use client";

import { useChat } from "@ai-sdk/react";
import { useEffect, useState } from "react";
import type { ThreadMessage } from "@/contracts/threads";
import { Conversation } from "./conversation";
import { MessageList } from "./message-list";
import { useFileActivity } from "./use-file-activity";

/** What the composer, which is there before this code is loaded, can ask of a conversation. */
export interface ChatSessionHandle {
  send: (text: string) => void;
  stop: () => void;
}

/** The page is redrawn at most this often while an answer streams in. */
const REDRAW_MS = 50;

/**
 * A conversation, drawn from the AI SDK's chat. Loaded when there is one to show or one is about to begin, because that
 * library weighs as much as the rest of the page (see next.config.ts).
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

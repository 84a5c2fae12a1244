"use client";

import { useChat } from "@ai-sdk/react";
import { useEffect, useState, useSyncExternalStore } from "react";
import { onThreadNews } from "@/components/threads/thread-news";
import type { ThreadMessage } from "@/contracts/threads";
import { contextTokensOf } from "./context-tokens";
import { Conversation, type Ending, type Phase } from "./conversation";
import { MessageList } from "./message-list";
import { useFileActivity } from "./use-file-activity";

/** Handle for the composer, which is rendered before this code is loaded. */
export interface ChatSessionHandle {
  send: (text: string) => void;
  /** Stops the answer that runs, and sends. */
  sendNow: (text: string) => void;
  stop: () => void;
  setKeepWorking: (value: boolean) => void;
  /** Summarise the older messages with the next one. */
  compactNext: (value: boolean) => void;
}

/** What the list of threads says of a thread. */
export interface ListedThread {
  updatedAt: string;
  isRunning: boolean;
}

/** Minimum time between renders while an answer streams in. */
const REDRAW_MS = 50;

/**
 * A conversation, rendered from the AI SDK's chat. Loaded lazily, because that library is as large as the
 * rest of the page (see next.config.ts).
 *
 * @param initialMessages all branches, oldest first; the newest leaf's path is shown
 * @param listed null while the thread is not in the list
 * @param onReady called once, with the handle for the composer
 * @param onRunningChange also says how the latest answer ended
 * @param onBusy called with a message that was not sent, because an answer of another viewer runs
 */
export default function ChatSession({
  projectId,
  threadId,
  initialMessages,
  listed,
  onReady,
  onRunningChange,
  onBusy,
  onContextTokens,
}: {
  projectId: string;
  threadId: string;
  initialMessages: ThreadMessage[];
  listed: ListedThread | null;
  onReady: (handle: ChatSessionHandle) => void;
  onRunningChange: (isRunning: boolean, ending: Ending) => void;
  onBusy: (text: string) => void;
  onContextTokens: (tokens: number | null) => void;
}) {
  const [conversation] = useState(() => new Conversation(projectId, threadId, initialMessages));
  const { messages } = useChat({ chat: conversation.chat, throttle: REDRAW_MS });
  const phase = useSyncExternalStore<Phase>(conversation.subscribe, () => conversation.phase);
  const shown = conversation.shown(messages);
  const isRunning = phase === "running" || phase === "reconnecting";
  useFileActivity(projectId, initialMessages, shown.at(-1), isRunning);

  useEffect(() => conversation.whenBusy(onBusy), [conversation, onBusy]);

  useEffect(() => {
    onReady(conversation);
    conversation.enter();
    return conversation.leave;
  }, [conversation, onReady]);

  useEffect(() => {
    if (listed) conversation.notice(listed);
  }, [conversation, listed]);

  useEffect(() => {
    const forget = onThreadNews((id) => {
      if (id === threadId) conversation.lookForNews();
    });
    addEventListener("offline", conversation.loseConnection);
    return () => {
      forget();
      removeEventListener("offline", conversation.loseConnection);
    };
  }, [conversation, threadId]);

  useEffect(
    () => onRunningChange(isRunning, conversation.ending),
    [conversation, isRunning, onRunningChange],
  );

  const contextTokens = contextTokensOf(shown);
  useEffect(() => onContextTokens(contextTokens), [contextTokens, onContextTokens]);

  return <MessageList conversation={conversation} messages={shown} phase={phase} />;
}

"use client";

import { ArrowDown } from "lucide-react";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { SelectionProblem } from "@/components/model-selector/selection-problem";
import { refreshKeysAndOptions } from "@/components/model-selector/use-ai-keys";
import { refreshThreads, showNewThread, useThreads } from "@/components/threads/use-threads";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { Spinner } from "@/components/ui/spinner";
import type { Project } from "@/contracts/projects";
import type { ThreadMessage } from "@/contracts/threads";
import { cn } from "@/lib/cn";
import { AnswerOptions } from "./answer-options";
import { useChatActions } from "./chat-actions";
import type { ChatSessionHandle, ListedThread } from "./chat-session";
import { Composer, type ComposerHandle } from "./composer";
import { ContextBar } from "./context-bar";
import type { Ending } from "./conversation";
import { newThreadKey, readDraft, rememberDraft } from "./draft-storage";
import { Elapsed } from "./elapsed";
import { EmptyChat } from "./empty-chat";
import { loadMarkdownText } from "./load-markdown-text";
import { QuestionText } from "./question-text";
import { QueuedMessages } from "./queued-messages";
import { preloadChatSession, useChatSessionCode } from "./use-chat-session-code";
import { useFollowScroll } from "./use-follow-scroll";
import { useMessageQueue } from "./use-message-queue";
import { useStopOnEscape } from "./use-stop-on-escape";
import { useThreadMessages } from "./use-thread-messages";

/**
 * One thread: its conversation and the composer. Stays mounted, hidden, while its agent runs and another
 * thread is open: an answer that nobody watches is stopped after a while.
 *
 * @param initialMessages see useThreadMessages
 * @param onFirstMessage called when a new thread is about to be created
 * @param composerStart rendered next to the send button
 */
export function ChatThread({
  project,
  threadId,
  initialMessages,
  isOpen,
  onFirstMessage,
  onRunningChange,
  composerStart,
}: {
  project: Project;
  threadId: string;
  initialMessages: ThreadMessage[] | null;
  isOpen: boolean;
  onFirstMessage: (threadId: string) => void;
  onRunningChange: (threadId: string, isRunning: boolean) => void;
  composerStart: ReactNode;
}) {
  const stored = useThreadMessages(project.id, threadId, initialMessages);
  if (stored.status === "ready") {
    return (
      <Conversation
        {...{ project, threadId, isOpen, onFirstMessage, onRunningChange, composerStart }}
        storedMessages={stored.messages}
      />
    );
  }
  if (!isOpen) return null;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      {stored.status === "loading" ? (
        <LoadingMessages />
      ) : (
        <div className="m-auto w-full max-w-md p-4">
          <Alert variant="danger">
            {stored.sentence}
            <div>
              <Button variant="link" size="sm" onClick={stored.reload}>
                Load the thread again
              </Button>
            </div>
          </Alert>
        </div>
      )}
    </div>
  );
}

function Conversation({
  project,
  threadId,
  storedMessages,
  isOpen,
  onFirstMessage,
  onRunningChange,
  composerStart,
}: {
  project: Project;
  threadId: string;
  storedMessages: ThreadMessage[];
  isOpen: boolean;
  onFirstMessage: (threadId: string) => void;
  onRunningChange: (threadId: string, isRunning: boolean) => void;
  composerStart: ReactNode;
}) {
  const [hasBegun, setHasBegun] = useState(storedMessages.length > 0);
  /** The first message, while the code that sends it is loading. */
  const [waiting, setWaiting] = useState<string | null>(null);
  const { ChatSession, hasFailed, retry } = useChatSessionCode(hasBegun);
  const [isRunning, setIsRunning] = useState(false);
  const [ending, setEnding] = useState<Ending>(null);
  const [contextTokens, setContextTokens] = useState<number | null>(null);
  const [isCompacting, setIsCompacting] = useState(false);
  const queue = useMessageQueue(threadId);
  const listed = useListed(project.id, threadId);
  const draftKey = hasBegun ? threadId : newThreadKey(project.id);
  const unsent = useRef<string>(null);
  const session = useRef<ChatSessionHandle>(null);
  const composer = useRef<ComposerHandle>(null);
  const chat = useRef<HTMLDivElement>(null);
  const { scroller, content, isFollowing, jumpToEnd } = useFollowScroll();
  const { openModelSelector } = useChatActions();

  const send = useCallback(
    (text: string) => {
      if (!hasBegun) {
        setHasBegun(true);
        onFirstMessage(threadId);
      }
      showNewThread(project.id, threadId, text);
      void loadMarkdownText().catch(() => {});
      if (session.current) session.current.send(text);
      else {
        unsent.current = text;
        setWaiting(text);
      }
      jumpToEnd();
    },
    [hasBegun, jumpToEnd, onFirstMessage, project.id, threadId],
  );

  const onReady = useCallback((handle: ChatSessionHandle) => {
    session.current = handle;
    const text = unsent.current;
    if (text === null) return;
    unsent.current = null;
    // After React's development double-mount, which stops the chat it has just mounted.
    queueMicrotask(() => {
      handle.send(text);
      setWaiting(null);
    });
  }, []);

  const { takeFirst } = queue;
  const wasRunning = useRef(false);
  const onSessionRunning = useCallback(
    (running: boolean, ended: Ending) => {
      const hasEnded = wasRunning.current && !running;
      wasRunning.current = running;
      setIsRunning(running);
      setEnding(ended);
      const next = hasEnded && ended === "completed" ? takeFirst() : undefined;
      // With a next message it goes on, also while another thread is open.
      onRunningChange(threadId, running || next !== undefined);
      if (running) {
        jumpToEnd();
        setIsCompacting(false);
      }
      if (!hasEnded) return;
      refreshThreads(project.id);
      // A key may have been replaced in another tab, or found to be unreadable.
      void refreshKeysAndOptions();
      if (next !== undefined) session.current?.send(next);
    },
    [jumpToEnd, onRunningChange, project.id, takeFirst, threadId],
  );
  const sendNow = (text: string) => {
    if (session.current && isRunning) session.current.sendNow(text);
    else send(text);
  };

  useEffect(() => {
    // A fine pointer implies a keyboard; on a touch screen the on-screen keyboard would cover half the page.
    if (isOpen && matchMedia("(pointer: fine)").matches) composer.current?.focus();
  }, [isOpen]);

  useStopOnEscape(
    isOpen && isRunning,
    chat,
    useCallback(() => {
      session.current?.stop();
      composer.current?.focus();
    }, []),
  );

  return (
    <div
      ref={chat}
      hidden={!isOpen}
      className="relative flex min-h-0 min-w-0 flex-1 flex-col [&[hidden]]:hidden"
    >
      <div
        ref={scroller}
        // It scrolls, so it must be reachable by keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        role="region"
        aria-label="Conversation"
        className="min-h-0 flex-1 overflow-y-auto overscroll-contain focus-visible:-outline-offset-2"
      >
        <div ref={content} className="flex min-h-full flex-col">
          {hasBegun && hasFailed ? (
            <div className="m-auto w-full max-w-md p-4">
              <Alert variant="danger">
                The chat could not be loaded. Check your connection. Your message is kept.
                <div>
                  <Button variant="link" size="sm" onClick={retry}>
                    Load it again
                  </Button>
                </div>
              </Alert>
            </div>
          ) : hasBegun && ChatSession ? (
            <ChatSession
              projectId={project.id}
              threadId={threadId}
              initialMessages={storedMessages}
              listed={listed}
              onReady={onReady}
              onRunningChange={onSessionRunning}
              onBusy={queue.putBack}
              onContextTokens={setContextTokens}
            />
          ) : hasBegun ? (
            waiting === null ? (
              <LoadingMessages />
            ) : (
              <FirstMessage text={waiting} />
            )
          ) : (
            <EmptyChat
              projectName={project.name}
              onWake={preloadChatSession}
              onSuggestion={(text) => composer.current?.fill(text)}
            />
          )}
        </div>
      </div>
      <div className="relative mx-auto w-full max-w-3xl px-3 pb-3 sm:px-6 sm:pb-5">
        {/* Text that goes on below fades out; at the end there is nothing to hint at. */}
        <div
          aria-hidden
          className={cn(
            "pointer-events-none absolute inset-x-0 bottom-full h-6 bg-linear-to-t from-background to-transparent",
            isFollowing && "h-3",
          )}
        />
        {/* Below the conversation it covers no text; its room is kept, or the text would move under the pointer. */}
        <div className="flex h-7 justify-center pointer-coarse:h-10">
          {isFollowing ? null : (
            <Button
              size="sm"
              onClick={jumpToEnd}
              className="h-6 rounded-full bg-surface-raised pointer-coarse:h-9"
            >
              <ArrowDown aria-hidden />
              Latest
            </Button>
          )}
        </div>
        <SelectionProblem onOpen={openModelSelector} />
        <QueuedMessages
          queue={queue}
          isRunning={isRunning || waiting !== null}
          ending={ending}
          onSendNow={sendNow}
          onEmpty={() => composer.current?.focus()}
        />
        <Composer
          ref={composer}
          isRunning={isRunning || waiting !== null}
          readDraft={() => readDraft(threadId) || readDraft(draftKey)}
          onDraft={(text) => rememberDraft(draftKey, text)}
          onSend={send}
          onQueue={queue.add}
          onStop={() => session.current?.stop()}
          onWake={preloadChatSession}
          start={composerStart}
          end={
            <>
              <ContextBar
                tokens={contextTokens}
                isCompacting={isCompacting}
                onCompact={(value) => {
                  session.current?.compactNext(value);
                  setIsCompacting(value);
                }}
              />
              <AnswerOptions onChange={(value) => session.current?.setKeepWorking(value)} />
            </>
          }
        />
      </div>
    </div>
  );
}

/** What the list says of a thread: the same object until something of it changes. */
function useListed(projectId: string, threadId: string): ListedThread | null {
  const { threads } = useThreads(projectId);
  const { updatedAt, isRunning = false } = threads?.find(({ id }) => id === threadId) ?? {};
  return useMemo(() => (updatedAt === undefined ? null : { updatedAt, isRunning }), [updatedAt, isRunning]);
}

/** The first message in its final place, until the conversation's code is loaded. */
function FirstMessage({ text }: { text: string }) {
  return (
    <div className="mx-auto grid w-full max-w-3xl gap-9 px-4 pt-6 pb-4 pointer-coarse:gap-11 sm:px-6">
      <div className="flex flex-col items-end">
        <QuestionText text={text} />
      </div>
      <p className="flex h-6 items-center gap-2 text-sm text-text-muted">
        <Spinner className="text-accent-text" />
        Thinking
        <Elapsed />
      </p>
    </div>
  );
}

function LoadingMessages() {
  return (
    <div role="status" className="mx-auto grid w-full max-w-3xl gap-4 px-4 pt-6 sm:px-6">
      <span className="sr-only">Loading the conversation</span>
      <Skeleton className="ml-auto h-11 w-3/5 rounded-xl" />
      <Skeleton className="h-4 w-4/5" />
      <Skeleton className="h-4 w-11/12" />
      <Skeleton className="h-4 w-2/5" />
    </div>
  );
}

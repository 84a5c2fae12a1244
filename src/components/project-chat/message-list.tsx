import { useCallback, useState } from "react";
import { payerOf, switchesIn, switchSentence } from "./answer-payer";
import { AssistantMessage } from "./assistant-message";
import { type ChatMessage, textOf } from "./chat-message";
import type { Conversation, Phase } from "./conversation";
import { conversationSum, receiptOf } from "./receipt";
import { UnansweredNotice } from "./unanswered-notice";
import { type Names, useNames } from "./use-names";
import { UserMessage } from "./user-message";

/** Placeholder for a requested answer, until its first chunk arrives. */
const PENDING: ChatMessage = { id: "pending", role: "assistant", parts: [] };

/** The conversation from the first message to the end of the shown branch. */
export function MessageList({
  conversation,
  messages,
  phase,
}: {
  conversation: Conversation;
  messages: readonly ChatMessage[];
  phase: Phase;
}) {
  const isRunning = phase === "running" || phase === "reconnecting";
  const names = useNames();
  const [editRequest, setEditRequest] = useState({ id: "", count: 0 });
  // Stable, so that a growing answer does not re-render all the others.
  const editQuestion = useCallback(
    (id: string) => setEditRequest(({ count }) => ({ id, count: count + 1 })),
    [],
  );
  const last = messages.at(-1);
  const shown = isRunning && last?.role === "user" ? [...messages, PENDING] : messages;
  // Messages from people have no payer and are skipped.
  const switches = switchesIn(shown.map((message) => payerOf(message.metadata)));
  return (
    <>
      <ol
        aria-label="Messages"
        className="mx-auto grid w-full max-w-3xl gap-9 px-4 pt-6 pb-2 pointer-coarse:gap-11 sm:px-6"
      >
        {shown.map((message, index) => {
          const question = shown[index - 1];
          const parentId = question?.id ?? null;
          const version = conversation.branches.versionsOf(message.id, parentId).indexOf(message.id);
          const change = switches[index];
          return message.role === "user" ? (
            <UserMessage
              key={message.id}
              {...{ conversation, message, parentId }}
              isBusy={isRunning}
              editRequest={editRequest.id === message.id ? editRequest.count : 0}
            />
          ) : (
            <AssistantMessage
              // An answer gets its id with its first chunk; its place after its question does not change.
              key={`after-${parentId}-${version}`}
              {...{ conversation, message, names }}
              isLast={index === shown.length - 1}
              isBusy={isRunning}
              isReconnecting={phase === "reconnecting"}
              isNew={!conversation.branches.restoredIds.has(message.id)}
              outcome={conversation.branches.outcomeOf(message)}
              questionId={parentId}
              questionText={textOf(question)}
              onEditQuestion={editQuestion}
              switched={change ? switchSentence(change, names) : null}
            />
          );
        })}
      </ol>
      {last?.role === "user" && phase === "idle" ? (
        <UnansweredNotice onAsk={() => conversation.answerAgain(last.id)} />
      ) : null}
      <ConversationSum messages={shown} isRunning={isRunning} names={names} />
      <p role="status" className="sr-only">
        {phase === "reconnecting"
          ? "The connection is lost. Reconnecting."
          : isRunning
            ? "The agent is answering."
            : statusSentence(last, conversation)}
      </p>
    </>
  );
}

/**
 * The total of the shown answers. Its space is reserved while an answer streams, so that nothing moves at its
 * end.
 */
function ConversationSum({
  messages,
  isRunning,
  names,
}: {
  messages: readonly ChatMessage[];
  isRunning: boolean;
  names: Names;
}) {
  const answers = messages.filter((message) => message.role === "assistant");
  // A running answer has no cost yet, which is not the same as one that is not known.
  const ended = isRunning ? answers.slice(0, -1) : answers;
  const sum = conversationSum(
    ended.map(({ metadata, parts }) => ({
      receipt: receiptOf(metadata, names),
      hasContent: parts.some(({ type }) => !type.startsWith("data-") && type !== "step-start"),
    })),
  );
  if (answers.length < 2 || (!sum && !isRunning)) return null;
  return (
    <p className="mx-auto min-h-4 w-full max-w-3xl px-4 pb-1 text-xs text-text-muted tabular-nums sm:px-6">
      {sum ? `Total: ${sum}` : null}
    </p>
  );
}

/** Announces the start and end of an answer; streaming text would flood a screen reader. */
function statusSentence(last: ChatMessage | undefined, conversation: Conversation): string {
  if (!last || conversation.branches.restoredIds.has(last.id)) return "";
  if (last.role === "user") return "The message has no answer.";
  const outcome = conversation.branches.outcomeOf(last);
  if (outcome === "stopped") return "The answer was stopped.";
  if (outcome === "interrupted") return "The answer was interrupted.";
  if (outcome === "cut") return "The answer is cut off at its limit.";
  // An error announces itself.
  return last.parts.some(({ type }) => type === "data-chat-error") ? "" : "The answer is complete.";
}

import { useAui, useAuiState } from "@assistant-ui/react";
import { useCallback, useState } from "react";
import { AssistantMessage } from "./assistant-message";
import type { ChatMessage } from "./chat-message";
import { purseOf, switchesIn, switchSentence } from "./purse";
import { conversationSum, receiptOf } from "./receipt";
import { UnansweredNotice } from "./unanswered-notice";
import { type Names, useNames } from "./use-names";
import { UserMessage } from "./user-message";

/** The conversation from the first message to the end of the branch that is shown. */
export function MessageList({ restoredIds }: { restoredIds: ReadonlySet<string> }) {
  const aui = useAui();
  const messages: readonly ChatMessage[] = useAuiState((state) => state.thread.messages);
  const isRunning = useAuiState((state) => state.thread.isRunning);
  const names = useNames();
  const [editRequest, setEditRequest] = useState({ id: "", count: 0 });
  // Stable, so that an answer that grows does not draw all the others again.
  const editQuestion = useCallback(
    (id: string) => setEditRequest(({ count }) => ({ id, count: count + 1 })),
    [],
  );
  const last = messages.at(-1);
  // People's messages say nothing of a purse and are passed over.
  const switches = switchesIn(messages.map((message) => purseOf(message.metadata.custom)));
  return (
    <>
      <ol
        aria-label="Messages"
        className="mx-auto grid w-full max-w-3xl gap-9 px-4 pt-6 pb-4 pointer-coarse:gap-11 sm:px-6"
      >
        {messages.map((message, index) => {
          const change = switches[index];
          return message.role === "user" ? (
            <UserMessage
              key={message.id}
              message={message}
              isBusy={isRunning}
              editRequest={editRequest.id === message.id ? editRequest.count : 0}
            />
          ) : message.role === "assistant" ? (
            <AssistantMessage
              // The id of an answer changes when the server names it; its place after its question does not.
              key={`after-${message.parentId}-${message.branchNumber}`}
              message={message}
              isLast={index === messages.length - 1}
              isBusy={isRunning}
              isNew={!restoredIds.has(message.id)}
              questionText={textOf(messages[index - 1])}
              onEditQuestion={editQuestion}
              switched={change ? switchSentence(change, names) : null}
              names={names}
            />
          ) : null;
        })}
      </ol>
      {last?.role === "user" && !isRunning ? (
        <UnansweredNotice onAsk={() => aui.thread().startRun({ parentId: last.id })} />
      ) : null}
      <ConversationSum messages={messages} isRunning={isRunning} names={names} />
      <p role="status" className="sr-only">
        {statusSentence(last, isRunning, restoredIds)}
      </p>
    </>
  );
}

/** What the answers shown come to. Its line keeps its place while an answer comes, so that nothing moves at its end. */
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
  const sum = conversationSum(
    answers.map(({ metadata, parts }) => ({
      receipt: receiptOf(metadata.custom, names),
      hasContent: parts.some(({ type }) => type !== "data"),
    })),
  );
  if (answers.length < 2 || (!sum && !isRunning)) return null;
  return (
    <p className="mx-auto min-h-4 w-full max-w-3xl px-4 pb-3 text-xs text-text-muted tabular-nums sm:px-6">
      {sum ? `Together: ${sum}` : null}
    </p>
  );
}

/** Streaming text would flood a screen reader; that it has begun and that it has ended is what one needs to hear. */
function statusSentence(
  last: ChatMessage | undefined,
  isRunning: boolean,
  restoredIds: ReadonlySet<string>,
): string {
  if (isRunning) return "The agent is answering.";
  if (!last || restoredIds.has(last.id)) return "";
  if (last.role === "user") return "The message has no answer.";
  if (last.role !== "assistant") return "";
  if (last.status?.type === "complete") return "The answer is complete.";
  if (last.status?.type === "incomplete" && last.status.reason === "cancelled")
    return "The answer was stopped.";
  return "";
}

export function textOf(message: ChatMessage | undefined): string {
  return (message?.parts ?? []).flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n\n");
}

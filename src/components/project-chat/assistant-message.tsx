import { RotateCcw } from "lucide-react";
import { lazy, memo, Suspense } from "react";
import { IconButton } from "@/components/ui/button";
import { Spinner } from "@/components/ui/spinner";
import type { AnswerOutcome, ChatError } from "@/contracts/chat";
import { type ChatNotice } from "@/contracts/chat-notice";
import type { Compaction } from "@/contracts/compaction";
import { AnswerNotice } from "./answer-notice";
import { payerOf } from "./answer-payer";
import { AnswerReceipt } from "./answer-receipt";
import { BranchPicker } from "./branch-picker";
import { ChatErrorNotice } from "./chat-error-notice";
import { type ChatMessage, textOf } from "./chat-message";
import { CompactionLine } from "./compaction-line";
import type { Conversation } from "./conversation";
import { CopyButton } from "./copy-button";
import { Elapsed } from "./elapsed";
import { loadMarkdownText } from "./load-markdown-text";
import { PlainText } from "./plain-text";
import { receiptOf } from "./receipt";
import { SwitchLine } from "./switch-line";
import { Thinking } from "./thinking";
import { ToolCallLine } from "./tool-call";
import { type ToolCall, toolCallOf } from "./tool-call-summary";
import type { Names } from "./use-names";

const MarkdownText = lazy(loadMarkdownText);

/** What the receipt line says of an answer that is not whole; a failure has its own notice. */
const NOTES: Partial<Record<AnswerOutcome, string>> = {
  stopped: "stopped",
  interrupted: "interrupted",
  cut: "cut off at its limit",
};

/** An answer: text, what the agent did, what went wrong, and who paid. */
export const AssistantMessage = memo(function AssistantMessage({
  conversation,
  message,
  isLast,
  isBusy,
  isReconnecting,
  isNew,
  outcome,
  questionId,
  questionText,
  onEditQuestion,
  switched,
  names,
}: {
  conversation: Conversation;
  message: ChatMessage;
  isLast: boolean;
  isBusy: boolean;
  /** Whether the connection to the running answer is lost. */
  isReconnecting: boolean;
  /** Whether it was created while this page is open. */
  isNew: boolean;
  /** How it ended; null while it is being written, and if that is not known. */
  outcome: AnswerOutcome | null;
  questionId: string | null;
  questionText: string;
  /** Opens a message from the person for editing. */
  onEditQuestion: (id: string) => void;
  /** The switch sentence, if another key or model answered than before. */
  switched: string | null;
  names: Names;
}) {
  const isRunning = isLast && isBusy;
  const retry = () => conversation.answerAgain(message.id);
  const sections = sectionsOf(message.parts);
  const hasFailed = sections.some(({ kind }) => kind === "error");
  const text = textOf(message);
  const receipt = receiptOf(message.metadata, names);
  const note = outcome && NOTES[outcome];

  return (
    <li className="group/message min-w-0" aria-busy={isRunning || undefined}>
      {switched ? <SwitchLine sentence={switched} /> : null}
      <h3 className="sr-only">Agent</h3>
      <div className="grid min-w-0 gap-3">
        {sections.map((section) =>
          section.kind === "text" ? (
            <Suspense key={section.key} fallback={<PlainText text={section.text} />}>
              <MarkdownText text={section.text} isGrowing={isRunning && section.isEnd} />
            </Suspense>
          ) : section.kind === "thinking" ? (
            <Thinking key={section.key} text={section.text} isGrowing={isRunning && section.isEnd} />
          ) : section.kind === "tools" ? (
            <ul
              key={section.key}
              aria-label="What the agent did"
              className="divide-y overflow-hidden rounded-lg border bg-surface"
            >
              {section.calls.map((call) => (
                <li key={call.id}>
                  <ToolCallLine call={call} isRunning={isRunning} />
                </li>
              ))}
            </ul>
          ) : section.kind === "notice" ? (
            <AnswerNotice
              key={section.key}
              notice={section.notice}
              isNew={isNew}
              onContinue={isLast && !isBusy ? () => conversation.continueAnswer() : null}
            />
          ) : section.kind === "compaction" ? (
            <CompactionLine
              key={section.key}
              compaction={section.compaction}
              isBusy={isBusy}
              onUndo={(isUndone) => conversation.undoCompaction(message.id, isUndone)}
            />
          ) : (
            <ChatErrorNotice
              key={section.key}
              error={section.error}
              isNew={isNew}
              onRetry={isLast && !isBusy ? retry : null}
              onEdit={isLast && !isBusy && questionId ? () => onEditQuestion(questionId) : null}
              questionText={questionText}
              failed={payerOf(message.metadata)}
            />
          ),
        )}
        {isRunning && (isReconnecting || needsWaitingSign(message.parts)) ? (
          <p className="flex h-6 items-center gap-2 text-sm text-text-muted">
            <Spinner className="text-accent-text" />
            {isReconnecting ? "Reconnecting…" : waitingWord(message.parts, sections.length === 0)}
            <Elapsed />
          </p>
        ) : null}
        {outcome === "interrupted" && isLast && !isBusy && !hasFailed ? (
          <AnswerNotice
            notice={{ message: "The answer was interrupted. What had arrived is kept." }}
            isNew={isNew}
            onContinue={() => conversation.continueAnswer()}
          />
        ) : null}
      </div>
      {isRunning ? (
        // Reserves the space of the receipt line, so that nothing moves when the answer ends.
        <div className="mt-1 h-8 pointer-coarse:h-10" />
      ) : (
        <div className="mt-1 flex min-h-8 min-w-0 items-center pointer-coarse:min-h-10">
          {receipt ? (
            <div className="flex min-w-0 pr-2">
              <AnswerReceipt receipt={receipt} note={note ?? null} />
            </div>
          ) : note ? (
            <p className="min-w-0 truncate pr-2 text-xs text-text-muted">{note}</p>
          ) : null}
          <BranchPicker {...{ conversation }} id={message.id} parentId={questionId} disabled={isBusy} />
          <div className="flex shrink-0 items-center opacity-0 transition-opacity duration-100 group-focus-within/message:opacity-100 group-hover/message:opacity-100 group-last/message:opacity-100 pointer-coarse:opacity-100">
            {text ? <CopyButton text={text} label="Copy answer" /> : null}
            {isLast && !hasFailed ? (
              <IconButton label="Answer again" disabled={isBusy} onClick={retry}>
                <RotateCcw aria-hidden />
              </IconButton>
            ) : null}
          </div>
        </div>
      )}
    </li>
  );
});

type Section =
  | { kind: "text"; key: string; text: string; isEnd: boolean }
  | { kind: "thinking"; key: string; text: string; isEnd: boolean }
  | { kind: "tools"; key: string; calls: ToolCall[] }
  | { kind: "notice"; key: string; notice: ChatNotice }
  | { kind: "compaction"; key: string; compaction: Compaction }
  | { kind: "error"; key: string; error: ChatError };

/**
 * Groups consecutive tool calls into one list, and consecutive thinking into one section; skips parts without
 * visible content.
 */
function sectionsOf(parts: ChatMessage["parts"]): Section[] {
  const sections: Section[] = [];
  for (const [index, part] of parts.entries()) {
    const key = `part-${index}`;
    const isEnd = index === parts.length - 1;
    const call = toolCallOf(part);
    const last = sections.at(-1);
    if (call) {
      if (last?.kind === "tools") last.calls.push(call);
      else sections.push({ kind: "tools", key, calls: [call] });
    } else if (part.type === "text" && part.text.trim() !== "") {
      sections.push({ kind: "text", key, text: part.text, isEnd });
    } else if (part.type === "reasoning" && part.text.trim() !== "") {
      if (last?.kind === "thinking") Object.assign(last, { text: `${last.text}\n\n${part.text}`, isEnd });
      else sections.push({ kind: "thinking", key, text: part.text, isEnd });
    } else if (part.type === "data-chat-error") {
      sections.push({ kind: "error", key, error: part.data });
    } else if (part.type === "data-chat-notice") {
      sections.push({ kind: "notice", key, notice: part.data });
    } else if (part.type === "data-compaction" && part.data.state !== "running") {
      sections.push({ kind: "compaction", key, compaction: part.data });
    }
  }
  return sections;
}

function waitingWord(parts: ChatMessage["parts"], isEmpty: boolean): string {
  const last = parts.at(-1);
  if (last?.type === "data-compaction")
    return last.data.state === "running" ? "Summarising earlier messages" : "Thinking";
  return isEmpty ? "Thinking" : "Working";
}

/** Whether work goes on without a visible sign: no text is growing and no tool is running. */
function needsWaitingSign(parts: ChatMessage["parts"]): boolean {
  const last = parts.findLast(({ type }) => type !== "step-start");
  if (!last) return true;
  const call = toolCallOf(last);
  if (call) return call.result !== undefined;
  if (last.type !== "text" && last.type !== "reasoning") return true;
  return last.text.trim() === "";
}

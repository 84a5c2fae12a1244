import { useAui } from "@assistant-ui/react";
import { RotateCcw } from "lucide-react";
import { lazy, memo, Suspense } from "react";
import { Button } from "@/components/ui/button";
import { Spinner } from "@/components/ui/spinner";
import type { ChatError } from "@/contracts/chat";
import { AnswerReceipt } from "./answer-receipt";
import { BranchPicker } from "./branch-picker";
import { ChatErrorNotice } from "./chat-error-notice";
import type { ChatMessage, ChatMessagePart } from "./chat-message";
import { CopyButton } from "./copy-button";
import { loadMarkdownText, PlainText } from "./load-markdown-text";
import { textOf } from "./message-list";
import { purseOf } from "./purse";
import { receiptOf } from "./receipt";
import { SwitchLine } from "./switch-line";
import { Thinking } from "./thinking";
import { ToolCallLine } from "./tool-call";
import type { Names } from "./use-names";

const MarkdownText = lazy(loadMarkdownText);

/** An answer: text, what the agent did, what went wrong, and who paid. */
export const AssistantMessage = memo(function AssistantMessage({
  message,
  isLast,
  isBusy,
  isNew,
  questionText,
  onEditQuestion,
  switched,
  names,
}: {
  message: ChatMessage;
  isLast: boolean;
  isBusy: boolean;
  /** It was made while this page is open. */
  isNew: boolean;
  questionText: string;
  /** Opens a message of the person's for editing. */
  onEditQuestion: (id: string) => void;
  /** What changed with this answer, if another purse or model gave it than the one before. */
  switched: string | null;
  names: Names;
}) {
  const aui = useAui();
  const isRunning = message.status?.type === "running";
  const wasStopped = message.status?.type === "incomplete" && message.status.reason === "cancelled";
  const questionId = message.parentId;
  const retry = () => aui.thread().message({ id: message.id }).reload();
  const sections = sectionsOf(message.parts);
  const hasFailed = sections.some(({ kind }) => kind === "error");
  const text = textOf(message);
  const receipt = receiptOf(message.metadata.custom, names);

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
                <li key={call.toolCallId}>
                  <ToolCallLine call={{ ...call, isError: call.isError === true }} isRunning={isRunning} />
                </li>
              ))}
            </ul>
          ) : (
            <ChatErrorNotice
              key={section.key}
              error={section.error}
              isNew={isNew}
              onRetry={isLast && !isBusy ? retry : null}
              onEdit={isLast && !isBusy && questionId ? () => onEditQuestion(questionId) : null}
              questionText={questionText}
              failed={purseOf(message.metadata.custom)}
            />
          ),
        )}
        {isRunning && needsWaitingSign(message.parts) ? (
          <p className="flex h-6 items-center gap-2 text-sm text-text-muted">
            <Spinner className="text-accent-text" />
            {sections.length === 0 ? "Thinking" : "Working"}
          </p>
        ) : null}
      </div>
      {isRunning ? (
        // Keeps the place of the line below, so that nothing moves when the answer ends.
        <div className="mt-1 h-8 pointer-coarse:h-10" />
      ) : (
        <div className="mt-1 flex min-h-8 min-w-0 items-center pointer-coarse:min-h-10">
          {receipt ? (
            <div className="flex min-w-0 pr-2">
              <AnswerReceipt receipt={receipt} note={wasStopped ? "stopped" : null} />
            </div>
          ) : wasStopped ? (
            <p className="min-w-0 truncate pr-2 text-xs text-text-muted">stopped</p>
          ) : null}
          <div className="flex shrink-0 items-center opacity-0 transition-opacity duration-100 group-focus-within/message:opacity-100 group-hover/message:opacity-100 group-last/message:opacity-100 pointer-coarse:opacity-100">
            <BranchPicker message={message} disabled={isBusy} />
            {text ? <CopyButton text={text} label="Copy answer" /> : null}
            {isLast && !hasFailed ? (
              <Button
                variant="ghost"
                size="icon"
                aria-label="Answer again"
                title="Answer again"
                disabled={isBusy}
                onClick={retry}
              >
                <RotateCcw aria-hidden />
              </Button>
            ) : null}
          </div>
        </div>
      )}
    </li>
  );
});

type ToolPart = Extract<ChatMessagePart, { type: "tool-call" }>;
type Section =
  | { kind: "text"; key: string; text: string; isEnd: boolean }
  | { kind: "thinking"; key: string; text: string; isEnd: boolean }
  | { kind: "tools"; key: string; calls: ToolPart[] }
  | { kind: "error"; key: string; error: ChatError };

/** Tool calls in a row are one list, and so is what was thought in one go; parts without anything to see are left out. */
function sectionsOf(parts: readonly ChatMessagePart[]): Section[] {
  const sections: Section[] = [];
  for (const [index, part] of parts.entries()) {
    const key = `part-${index}`;
    if (part.type === "text" && part.text.trim() !== "") {
      sections.push({ kind: "text", key, text: part.text, isEnd: index === parts.length - 1 });
    } else if (part.type === "reasoning" && part.text.trim() !== "") {
      const isEnd = index === parts.length - 1;
      const last = sections.at(-1);
      if (last?.kind === "thinking") Object.assign(last, { text: `${last.text}\n\n${part.text}`, isEnd });
      else sections.push({ kind: "thinking", key, text: part.text, isEnd });
    } else if (part.type === "tool-call") {
      const last = sections.at(-1);
      if (last?.kind === "tools") last.calls.push(part);
      else sections.push({ kind: "tools", key, calls: [part] });
    } else if (part.type === "data" && part.name === "chat-error") {
      sections.push({ kind: "error", key, error: part.data as ChatError });
    }
  }
  return sections;
}

/** Something is going on and nothing on the screen says so: no text is growing and no tool is running. */
function needsWaitingSign(parts: readonly ChatMessagePart[]): boolean {
  const last = parts.at(-1);
  if (!last) return true;
  if (last.type === "tool-call") return last.result !== undefined;
  if (last.type !== "text" && last.type !== "reasoning") return true;
  return last.text.trim() === "";
}

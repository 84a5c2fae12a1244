import type { UIMessage } from "ai";
import type { ChatError } from "@/contracts/chat";
import type { ChatNotice } from "@/contracts/chat-notice";
import type { Compaction } from "@/contracts/compaction";
import type { MessageMetadata } from "./answer-payer";

/** A message of the open conversation, as the AI SDK's chat holds it. */
export type ChatMessage = UIMessage<
  MessageMetadata,
  { "chat-error": ChatError; "chat-notice": ChatNotice; compaction: Compaction }
>;

export function textOf(message: ChatMessage | undefined): string {
  return (message?.parts ?? []).flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n\n");
}

/** Whether it says what went wrong. */
export function hasFailed({ parts }: ChatMessage): boolean {
  return parts.some(({ type }) => type === "data-chat-error");
}

/** A measure of how much there is of a message that grows. */
export function sizeOf({ parts }: ChatMessage): number {
  return parts.reduce((sum, part) => {
    if ("text" in part) return sum + 1 + part.text.length;
    return sum + 1 + ("input" in part ? (JSON.stringify(part.input)?.length ?? 0) : 0);
  }, 0);
}

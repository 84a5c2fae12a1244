import type { UIMessage } from "ai";
import type { ChatError } from "@/contracts/chat";
import type { ChatNotice } from "@/contracts/chat-notice";
import type { MessageMetadata } from "./answer-payer";

/** A message of the open conversation, as the AI SDK's chat holds it. */
export type ChatMessage = UIMessage<MessageMetadata, { "chat-error": ChatError; "chat-notice": ChatNotice }>;

export function textOf(message: ChatMessage | undefined): string {
  return (message?.parts ?? []).flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n\n");
}

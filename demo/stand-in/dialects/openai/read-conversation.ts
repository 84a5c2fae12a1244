import { type Conversation, ConversationBuilder } from "../../conversation";
import { asRecord, parsedJson } from "../../json";
import type { ChatCompletionRequest, ChatMessage } from "./chat-request";

/** Parses the conversation of a Chat Completions request. The format cannot express a failed tool. */
export function readConversation({ messages, tools }: ChatCompletionRequest): Conversation {
  const conversation = new ConversationBuilder();
  for (const message of messages) {
    if (message.role === "user") for (const text of textsOf(message)) conversation.said(text);
    if (message.role === "tool") {
      conversation.answered(message.tool_call_id ?? "", { result: textsOf(message).join(""), failed: false });
    }
    for (const { id, function: called } of message.tool_calls ?? []) {
      conversation.called(id, { name: called.name, input: asRecord(parsedJson(called.arguments)) });
    }
  }
  return conversation.build((tools ?? []).map((tool) => tool.function.name));
}

function textsOf({ content }: ChatMessage): string[] {
  if (typeof content === "string") return [content];
  return (content ?? []).flatMap((part) => (part.type === "text" ? (part.text ?? "") : []));
}

import { type Conversation, ConversationBuilder } from "../../conversation";
import { asRecord } from "../../json";
import { blocksOf, type ContentBlock, type MessagesRequest } from "./messages-request";

/**
 * Parses the conversation of a raw Anthropic request.
 *
 * Raw, because aimock's response factories get a request that lacks two facts: it joins all text blocks of a
 * user message (after a failed turn the app sends two prompts in one message, and the last one counts), and
 * it puts a user's text before the tool results of the same message, though it was said after them.
 */
export function readConversation(request: Pick<MessagesRequest, "messages" | "tools">): Conversation {
  const conversation = new ConversationBuilder();
  for (const message of request.messages) {
    for (const block of blocksOf(message)) {
      if (message.role === "user" && block.type === "text") {
        conversation.said(block.text ?? "");
      } else if (block.type === "tool_use" && block.id !== undefined) {
        conversation.called(block.id, { name: block.name ?? "", input: asRecord(block.input) });
      } else if (block.type === "tool_result" && block.tool_use_id !== undefined) {
        conversation.answered(block.tool_use_id, {
          result: resultText(block),
          failed: block.is_error === true,
        });
      }
    }
  }
  return conversation.build((request.tools ?? []).flatMap((tool) => tool.name ?? []));
}

function resultText(block: ContentBlock): string {
  if (typeof block.content === "string") return block.content;
  if (!Array.isArray(block.content)) return "";
  return block.content
    .map((part) => asRecord(part).text)
    .filter((text) => typeof text === "string")
    .join("");
}

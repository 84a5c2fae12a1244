import type { Malformed } from "../../failure";
import type { ChatCompletionRequest } from "../openai/chat-request";

/**
 * Rejects conversations that Mistral rejects and OpenAI accepts:
 * https://github.com/BerriAI/litellm/issues/17761 and others.
 */
export function refusedConversation({ messages, ...request }: ChatCompletionRequest): Malformed | undefined {
  if ("stream_options" in request)
    return malformed("stream_options: Extra inputs are not permitted", "extra_forbidden");
  for (const [index, { role, tool_calls: calls }] of messages.entries()) {
    const before = messages[index - 1]?.role;
    if (role === "user" && before === "tool") {
      return malformed(`Unexpected role '${role}' after role '${before}'`, "3230");
    }
    const odd = calls?.find(({ id }) => !/^[a-zA-Z0-9]{9}$/.test(id));
    if (odd) {
      return malformed(`Tool call id was ${odd.id} but must be a-z, A-Z, 0-9, with a length of 9.`, "3280");
    }
  }
  return undefined;
}

function malformed(message: string, code: string): Malformed {
  return { kind: "malformed", message, code };
}

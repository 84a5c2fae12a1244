import type { Malformed } from "../../failure";
import type { ChatReading } from "../dialect";
import { type ChatCompletionRequest, readChatCompletionRequest } from "./chat-request";
import { readConversation } from "./read-conversation";

/** @param refused checks for what the provider rejects in addition to a malformed conversation */
export function readChat(
  body: unknown,
  refused: (request: ChatCompletionRequest) => Malformed | undefined = () => undefined,
): ChatReading {
  const read = readChatCompletionRequest(body);
  if (!read.ok) return { ok: false, failure: read.malformed };
  const { request } = read;
  const failure = refused(request);
  if (failure) return { ok: false, failure };
  return {
    ok: true,
    chat: {
      model: request.model,
      stream: request.stream === true,
      maxTokens: request.max_completion_tokens ?? request.max_tokens ?? Number.POSITIVE_INFINITY,
      wantsUsage: request.stream_options?.include_usage === true,
      conversation: readConversation(request),
    },
  };
}

import type { Malformed } from "../../failure";
import type { ChatCompletionRequest } from "./chat-request";

/**
 * Parameters of other providers, sent by a client with the wrong base URL. OpenAI rejects every unknown
 * parameter.
 */
const FOREIGN = ["reasoning", "usage", "provider", "models", "thinking", "system", "transforms", "plugins"];

/** The error for a parameter OpenAI does not support, if any. */
export function unsupportedParameter(request: ChatCompletionRequest): Malformed | undefined {
  const foreign = FOREIGN.find((name) => name in request);
  if (foreign !== undefined) {
    return { kind: "malformed", message: `Unrecognized request argument supplied: ${foreign}` };
  }
  const isReasoningModel = /^(gpt-5|gpt-6|o\d)/.test(request.model) && !request.model.includes("-chat");
  if (isReasoningModel && request.max_tokens !== undefined && request.max_tokens !== null) {
    return {
      kind: "malformed",
      message:
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      param: "max_tokens",
      code: "unsupported_parameter",
    };
  }
  return undefined;
}

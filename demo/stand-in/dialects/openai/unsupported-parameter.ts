import type { Malformed } from "../../failure";
import type { ChatCompletionRequest } from "./chat-request";

/** Arguments of other providers, which a client pointed at the wrong one sends. OpenAI refuses every argument it does not know. */
const FOREIGN = ["reasoning", "usage", "provider", "models", "thinking", "system", "transforms", "plugins"];

/** The complaint about an argument OpenAI does not take, if there is one. */
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

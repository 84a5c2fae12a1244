import type { Failure, Refusal } from "../../failure";
import type { Dialect, Endpoint } from "../dialect";
import { openAi } from "../openai/dialect";
import { readChat } from "../openai/read-chat";
import { openAiRefusal } from "../openai/refusals";
import { reshapeOpenAi } from "../openai/reshape-answer";
import { isKnownModel, modelListing } from "./models";

/**
 * A custom endpoint that requires a key, such as vLLM's with `--api-key` behind a gateway. Its model list is
 * public.
 */
export const compatible: Dialect = {
  ...openAi,
  provider: "openai-compatible",
  keyBeginnings: [],
  demoKeys: [],
  contextWindow: 32_768,
  endpoint: endpointUnder("/compatible"),
  readChat: (body) => readChat(body),
  isKnownModel,
  refusal: compatibleRefusal,
  reshape: (answer) => reshapeOpenAi(answer, "shown"),
};

/** A custom endpoint that ignores keys, such as Ollama and LM Studio. */
export const keyless: Dialect = { ...compatible, keyless: true, endpoint: endpointUnder("/keyless") };

function endpointUnder(base: string): (method: string, path: string) => Endpoint | undefined {
  const endpoints: Record<string, Endpoint> = {
    [`POST ${base}/v1/chat/completions`]: { kind: "chat", isPublic: false },
    [`GET ${base}/v1/models`]: { kind: "models", isPublic: true, answer: modelListing },
  };
  return (method, path) => endpoints[`${method} ${path}`];
}

/** Like OpenAI, with two differences of vLLM: a bare string for a wrong key, a number as code. */
function compatibleRefusal(failure: Failure): Refusal {
  if (failure.kind === "no-key" || (failure.kind === "unknown-key" && !failure.quoted)) {
    return { status: 401, body: { error: "Unauthorized" } };
  }
  if (failure.kind === "unknown-model") {
    const message = `The model \`${failure.model}\` does not exist.`;
    return {
      status: 404,
      body: { error: { message, type: "NotFoundError", param: "model", code: 404 } },
    };
  }
  return openAiRefusal(failure);
}

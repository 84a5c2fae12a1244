import type { Dialect, Endpoint } from "../dialect";
import { openAi } from "../openai/dialect";
import { readChat } from "../openai/read-chat";
import { demoKeys } from "./demo-keys";
import { isKnownModel, modelListing } from "./models";
import { mistralRefusal } from "./refusals";
import { refusedConversation } from "./refused-conversation";
import { reshapeMistral } from "./reshape-answer";

const endpoints: Record<string, Endpoint> = {
  "POST /mistral/v1/chat/completions": { kind: "chat", isPublic: false },
  "GET /mistral/v1/models": { kind: "models", isPublic: false, answer: modelListing },
};

const overloaded = mistralRefusal({ kind: "overloaded" });

/**
 * https://docs.mistral.ai/api/endpoint/chat: OpenAI's format, with different message order, ids and errors.
 */
export const mistral: Dialect = {
  ...openAi,
  provider: "mistral",
  contextWindow: 262_144,
  keyBeginnings: [],
  demoKeys,
  refusedFinishReason: null,
  headers: (requestId) => ({ "mistral-correlation-id": requestId }),
  endpoint: (method, path) => endpoints[`${method} ${path}`],
  readChat: (body) => readChat(body, refusedConversation),
  isKnownModel,
  refusal: mistralRefusal,
  reshape: reshapeMistral,
  stream: {
    ...openAi.stream,
    error: () => `data: ${JSON.stringify(overloaded.body)}`,
    wholeError: () => overloaded,
  },
};

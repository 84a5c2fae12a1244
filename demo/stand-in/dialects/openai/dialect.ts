import { bearerOf } from "../../read-request";
import type { Dialect, Endpoint } from "../dialect";
import { demoKeys } from "./demo-keys";
import { isKnownModel, modelListing } from "./models";
import { costs, projectKeys } from "./organization";
import { readChat } from "./read-chat";
import { openAiRefusal } from "./refusals";
import { reshapeOpenAi } from "./reshape-answer";
import { openAiStream } from "./stream-facts";
import { unsupportedParameter } from "./unsupported-parameter";

const endpoints: Record<string, Endpoint> = {
  "POST /v1/chat/completions": { kind: "chat", isPublic: false },
  "GET /v1/models": { kind: "models", isPublic: false, answer: modelListing },
  "GET /v1/organization/costs": { kind: "admin", isPublic: false, answer: costs },
  "GET /v1/organization/projects/proj_StandIn/api_keys": {
    kind: "admin",
    isPublic: false,
    answer: projectKeys,
  },
};

/**
 * Chat Completions: https://platform.openai.com/docs/api-reference/chat. Thinking is counted but never shown.
 */
export const openAi: Dialect = {
  provider: "openai",
  contextWindow: 400_000,
  keyless: false,
  keyBeginnings: ["sk-proj-", "sk-svcacct-", "sk-admin-"],
  demoKeys,
  modelPath: () => "/v1/chat/completions",
  refusedFinishReason: "content_filter",
  keyOf: ({ authorization }) => bearerOf(authorization),
  headers: (requestId) => ({ "x-request-id": requestId }),
  endpoint: (method, path) => endpoints[`${method} ${path}`],
  headerFailure: () => undefined,
  readChat: (body) => readChat(body, unsupportedParameter),
  isKnownModel,
  refusal: openAiRefusal,
  thinkingSignature: () => undefined,
  reshape: (answer) => reshapeOpenAi(answer, "hidden"),
  stream: openAiStream,
};

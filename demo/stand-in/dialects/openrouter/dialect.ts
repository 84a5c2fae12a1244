import { signatureOf } from "../anthropic/thinking-signature";
import type { Dialect, Endpoint } from "../dialect";
import { openAi } from "../openai/dialect";
import { readChat } from "../openai/read-chat";
import { generation } from "./generation";
import { keyInfo } from "./key-info";
import { isKnownModel, modelListing } from "./models";
import { openRouterRefusal } from "./refusals";
import { reshapeOpenRouter } from "./reshape-answer";
import { openRouterStream } from "./stream-facts";

const account: Endpoint = { kind: "other", isPublic: false, answer: keyInfo };

const endpoints: Record<string, Endpoint> = {
  "POST /api/v1/chat/completions": { kind: "chat", isPublic: false },
  "GET /api/v1/models": { kind: "models", isPublic: true, answer: modelListing },
  // The models the account's settings allow; here all of them.
  "GET /api/v1/models/user": { kind: "models", isPublic: false, answer: modelListing },
  "GET /api/v1/key": account,
  "GET /api/v1/auth/key": account,
  "GET /api/v1/generation": { kind: "other", isPublic: false, answer: generation },
};

/**
 * https://openrouter.ai/docs/api-reference/overview. Its list of all models is public and proves nothing
 * about a key.
 */
export const openRouter: Dialect = {
  ...openAi,
  provider: "openrouter",
  contextWindow: 200_000,
  keyBeginnings: ["sk-or-v1-", "sk-or-"],
  demoKeys: [],
  modelPath: () => "/api/v1/chat/completions",
  refusedFinishReason: null,
  headers: () => ({}),
  endpoint: (method, path) => endpoints[`${method} ${path}`],
  readChat: (body) => readChat(body),
  isKnownModel,
  refusal: openRouterRefusal,
  // Signed for OpenRouter's own account at the provider, so that any OpenRouter key may send it back.
  thinkingSignature: (thinking) => signatureOf(thinking, "openrouter"),
  reshape: reshapeOpenRouter,
  stream: openRouterStream,
};

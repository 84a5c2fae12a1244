import { createOpenRouter } from "@openrouter/ai-sdk-provider";
import type { ProviderAdapter } from "../provider-adapter";
import { PLACEHOLDER_API_KEY } from "../transport/placeholder-api-key";
import { chatCompletions } from "../wire/chat-completions";
import { openrouterCacheMarks } from "./cache-marks";
import { classifyRefusal } from "./classify-refusal";
import { connection } from "./connection";
import { facts } from "./facts";
import { knownModels } from "./known-models";
import { listModels } from "./list-models";
import { readCost } from "./read-cost";
import { testKey } from "./test-key";

/** OpenRouter: one account for many providers. https://openrouter.ai/docs/api-reference/overview */
export const openrouter: ProviderAdapter = {
  facts,
  knownModels,
  priceProviderId: "openrouter",
  keyHeader: { name: "authorization", prefix: "Bearer " },
  defaultOrigin: "https://openrouter.ai/api",
  buildModel: (modelId, { baseUrl, fetch }) =>
    createOpenRouter({
      apiKey: PLACEHOLDER_API_KEY,
      baseURL: baseUrl,
      compatibility: "strict",
      fetch,
    }).chat(modelId, { usage: { include: true } }),
  cacheMarks: openrouterCacheMarks,
  testKey,
  listModels,
  classifyRefusal,
  newReader: chatCompletions("as text"),
  readCost,
  connection,
};

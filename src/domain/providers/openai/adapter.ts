import { createOpenAI } from "@ai-sdk/openai";
import type { ProviderAdapter } from "../provider-adapter";
import { PLACEHOLDER_API_KEY } from "../transport/placeholder-api-key";
import { requestUsageOf } from "../wire/request-usage";
import { classifyRefusal } from "./classify-refusal";
import { facts } from "./facts";
import { knownModels } from "./known-models";
import { listModels } from "./list-models";
import { testKey } from "./test-key";

/**
 * OpenAI, by Chat Completions: https://platform.openai.com/docs/api-reference/chat. Nothing is kept at OpenAI and no answer's id has to
 * come back with the next message, as with the Responses API, so a conversation is not bound to one account.
 */
export const openai: ProviderAdapter = {
  facts,
  knownModels,
  priceProviderId: "openai",
  keyHeader: { name: "authorization", prefix: "Bearer " },
  defaultOrigin: "https://api.openai.com",
  buildModel: (modelId, { baseUrl, fetch }) =>
    createOpenAI({ apiKey: PLACEHOLDER_API_KEY, baseURL: baseUrl, fetch }).chat(modelId),
  testKey,
  listModels,
  classifyRefusal,
  readUsage: ({ usage }) => requestUsageOf(usage),
};

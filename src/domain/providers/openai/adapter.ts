import { createOpenAI } from "@ai-sdk/openai";
import type { ProviderAdapter } from "../provider-adapter";
import { PLACEHOLDER_API_KEY } from "../transport/placeholder-api-key";
import { chatCompletions } from "../wire/chat-completions";
import { classifyRefusal } from "./classify-refusal";
import { facts } from "./facts";
import { knownModels } from "./known-models";
import { listModels } from "./list-models";
import { testKey } from "./test-key";

/**
 * OpenAI's Chat Completions API: https://platform.openai.com/docs/api-reference/chat. Unlike the Responses
 * API, it stores nothing at OpenAI and needs no response id in the next message, so a conversation is not
 * bound to one account.
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
  newReader: chatCompletions("as text"),
};

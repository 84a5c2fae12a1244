import { createAnthropic } from "@ai-sdk/anthropic";
import type { ProviderAdapter } from "../provider-adapter";
import { PLACEHOLDER_API_KEY } from "../transport/placeholder-api-key";
import { anthropicMessages } from "../wire/anthropic-messages";
import { anthropicCacheMarks } from "./cache-marks";
import { classifyRefusal } from "./classify-refusal";
import { facts } from "./facts";
import { knownModels } from "./known-models";
import { listModels, testKey } from "./list-models";

/** Anthropic's Messages API: https://docs.anthropic.com/en/api/messages */
export const anthropic: ProviderAdapter = {
  facts,
  knownModels,
  priceProviderId: "anthropic",
  keyHeader: { name: "x-api-key", prefix: "" },
  defaultOrigin: "https://api.anthropic.com",
  buildModel: (modelId, { baseUrl, fetch }) =>
    createAnthropic({ apiKey: PLACEHOLDER_API_KEY, baseURL: baseUrl, fetch })(modelId),
  cacheMarks: () => anthropicCacheMarks,
  testKey,
  listModels,
  classifyRefusal,
  newReader: anthropicMessages,
};

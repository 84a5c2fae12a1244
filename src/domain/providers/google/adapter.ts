import { createGoogle } from "@ai-sdk/google";
import type { ProviderAdapter } from "../provider-adapter";
import { PLACEHOLDER_API_KEY } from "../transport/placeholder-api-key";
import { requestUsageOf } from "../wire/request-usage";
import { classifyRefusal } from "./classify-refusal";
import { facts } from "./facts";
import { knownModels } from "./known-models";
import { listModels, testKey } from "./list-models";

/**
 * Google's Gemini, by its own API: https://ai.google.dev/api/generate-content. The one that speaks like OpenAI's does not count thinking
 * apart. A thought's signature travels with the call it belongs to; of a conversation that another provider began there is none, and the
 * client says so in the way Google gives for that.
 */
export const google: ProviderAdapter = {
  facts,
  knownModels,
  priceProviderId: "google",
  keyHeader: { name: "x-goog-api-key", prefix: "" },
  defaultOrigin: "https://generativelanguage.googleapis.com",
  apiVersion: "v1beta",
  buildModel: (modelId, { baseUrl, fetch }) =>
    createGoogle({ apiKey: PLACEHOLDER_API_KEY, baseURL: baseUrl, fetch })(modelId),
  testKey,
  listModels,
  classifyRefusal,
  readUsage: ({ usage }) => requestUsageOf(usage),
};

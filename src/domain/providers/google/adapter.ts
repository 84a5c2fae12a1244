import { createGoogle } from "@ai-sdk/google";
import type { ProviderAdapter } from "../provider-adapter";
import { PLACEHOLDER_API_KEY } from "../transport/placeholder-api-key";
import { gemini } from "../wire/gemini";
import { classifyRefusal } from "./classify-refusal";
import { facts } from "./facts";
import { knownModels } from "./known-models";
import { listModels, testKey } from "./list-models";

/**
 * Google's Gemini API: https://ai.google.dev/api/generate-content. Its OpenAI-compatible API does not count
 * thinking tokens separately. A thought signature travels with the call it belongs to; in a conversation that
 * another provider started there is none, and the client marks that as Google specifies.
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
  newReader: gemini,
};

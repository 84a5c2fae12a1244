import { createMistral } from "@ai-sdk/mistral";
import type { ProviderAdapter } from "../provider-adapter";
import { PLACEHOLDER_API_KEY } from "../transport/placeholder-api-key";
import { chatCompletions } from "../wire/chat-completions";
import { acceptedConversation } from "./accepted-conversation";
import { classifyRefusal } from "./classify-refusal";
import { facts } from "./facts";
import { knownModels } from "./known-models";
import { listModels } from "./list-models";
import { testKey } from "./test-key";

/** Mistral's chat completions: https://docs.mistral.ai/api/endpoint/chat */
export const mistral: ProviderAdapter = {
  facts,
  knownModels,
  priceProviderId: "mistral",
  keyHeader: { name: "authorization", prefix: "Bearer " },
  defaultOrigin: "https://api.mistral.ai",
  buildModel: (modelId, { baseUrl, fetch }) =>
    acceptedConversation(createMistral({ apiKey: PLACEHOLDER_API_KEY, baseURL: baseUrl, fetch })(modelId)),
  testKey,
  listModels,
  classifyRefusal,
  newReader: chatCompletions("as parts"),
};

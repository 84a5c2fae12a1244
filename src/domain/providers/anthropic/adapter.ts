import { createAnthropic } from "@ai-sdk/anthropic";
import type { ProviderAdapter } from "../provider-adapter";
import { PLACEHOLDER_API_KEY } from "../transport/placeholder-api-key";
import { requestUsageOf } from "../wire/request-usage";
import { classifyRefusal } from "./classify-refusal";
import { listModels, testKey } from "./list-models";

/** Anthropic, by the Messages API: https://docs.anthropic.com/en/api/messages */
export const anthropic: ProviderAdapter = {
  facts: {
    id: "anthropic",
    name: "Anthropic",
    consoleUrl: "https://console.anthropic.com/settings/keys",
    billingUrl: "https://console.anthropic.com/settings/billing",
    usageUrl: "https://console.anthropic.com/usage",
    keyPlaceholder: "sk-ant-...",
    needsAddress: false,
  },
  priceProviderId: "anthropic",
  keyHeader: { name: "x-api-key", prefix: "" },
  defaultOrigin: "https://api.anthropic.com",
  buildModel: (modelId, { baseUrl, fetch }) =>
    createAnthropic({ apiKey: PLACEHOLDER_API_KEY, baseURL: baseUrl, fetch })(modelId),
  testKey,
  listModels,
  classifyRefusal,
  readUsage: ({ usage }) => requestUsageOf(usage),
};

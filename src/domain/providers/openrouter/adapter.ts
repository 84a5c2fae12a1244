import { createOpenRouter } from "@openrouter/ai-sdk-provider";
import type { ProviderAdapter } from "../provider-adapter";
import { KEY_COMES_LATER } from "../transport/placeholder-api-key";
import { classifyRefusal } from "./classify-refusal";
import { connection } from "./connection";
import { keepPayer } from "./keep-payer";
import { listModels } from "./list-models";
import { readUsage } from "./read-usage";
import { testKey } from "./test-key";

/** OpenRouter, one account for many providers: https://openrouter.ai/docs/api-reference/overview */
export const openrouter: ProviderAdapter = {
  facts: {
    id: "openrouter",
    name: "OpenRouter",
    consoleUrl: "https://openrouter.ai/settings/keys",
    billingUrl: "https://openrouter.ai/settings/credits",
    usageUrl: "https://openrouter.ai/activity",
    keyPlaceholder: "sk-or-v1-...",
    needsAddress: false,
  },
  priceProviderId: "openrouter",
  keyHeader: { name: "authorization", prefix: "Bearer " },
  defaultOrigin: "https://openrouter.ai/api",
  buildModel: (modelId, { baseUrl, fetch }) =>
    keepPayer(
      createOpenRouter({ apiKey: KEY_COMES_LATER, baseURL: baseUrl, compatibility: "strict", fetch }).chat(
        modelId,
        { usage: { include: true } },
      ),
    ),
  testKey,
  listModels,
  classifyRefusal,
  readUsage,
  connection,
};

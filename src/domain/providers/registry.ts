import type { ProviderId } from "@/contracts/provider";
import { AppError } from "@/lib/app-error";
import { anthropic } from "./anthropic/adapter";
import { google } from "./google/adapter";
import { mistral } from "./mistral/adapter";
import { openai } from "./openai/adapter";
import { openaiCompatible } from "./openai-compatible/adapter";
import { openrouter } from "./openrouter/adapter";
import type { ProviderAdapter } from "./provider-adapter";
import { tolerantModel } from "./wire/tolerant-model";

/** Every provider, in display order. To add one, add a folder in this directory and its line here. */
export const PROVIDERS: readonly ProviderAdapter[] = [
  anthropic,
  openai,
  google,
  mistral,
  openrouter,
  openaiCompatible,
].map(readTolerantly);

/** Any provider's models read what servers really send, and their answers end well or with an error. */
function readTolerantly(adapter: ProviderAdapter): ProviderAdapter {
  return { ...adapter, buildModel: (modelId, connection) => tolerantModel(adapter, modelId, connection) };
}

const BY_ID = new Map(PROVIDERS.map((provider) => [provider.facts.id, provider]));

/** @throws AppError `unknown_provider` */
export function providerById(id: ProviderId): ProviderAdapter {
  const provider = BY_ID.get(id);
  if (provider) return provider;
  const known = new Intl.ListFormat("en").format(BY_ID.keys());
  throw new AppError("unknown_provider", `This provider is not known here. Known are ${known}.`);
}

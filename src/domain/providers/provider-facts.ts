import type { AiProviderFacts } from "@/contracts/ai-provider";
import { PROVIDERS } from "./registry";

/** What people are told about every provider, in the order they see them. */
export function providerFacts(): AiProviderFacts[] {
  return PROVIDERS.map(({ facts, connection }) => ({ ...facts, canConnect: connection !== undefined }));
}

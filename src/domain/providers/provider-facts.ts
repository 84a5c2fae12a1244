import type { ProviderFacts } from "@/contracts/provider";
import { PROVIDERS } from "./registry";

/** Facts shown about every provider, in display order. */
export function providerFacts(): ProviderFacts[] {
  return PROVIDERS.map(({ facts, connection }) => ({ ...facts, canConnect: connection !== undefined }));
}

/** Names of the providers by id, where nothing else about them is shown. */
export function providerNames(): Record<string, string> {
  return Object.fromEntries(PROVIDERS.map(({ facts }) => [facts.id, facts.name]));
}

import type { ProviderFacts } from "@/contracts/provider";
import { PROVIDERS } from "./registry";

/** What people are told about every provider, in the order they see them. */
export function providerFacts(): ProviderFacts[] {
  return PROVIDERS.map(({ facts, connection }) => ({ ...facts, canConnect: connection !== undefined }));
}

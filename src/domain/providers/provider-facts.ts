import type { ProviderFacts } from "@/contracts/provider";
import { PROVIDERS } from "./registry";

/** Facts shown about every provider, in display order. */
export function providerFacts(): ProviderFacts[] {
  return PROVIDERS.map(({ facts, connection }) => ({ ...facts, canConnect: connection !== undefined }));
}

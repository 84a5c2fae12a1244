import type { ProviderId } from "@/contracts/provider";
import { providerById } from "@/domain/providers/registry";

/** What a key is called: as its owner named it, or after its provider. */
export function keyLabel({ label, provider }: { label: string; provider: ProviderId }): string {
  return label || `${providerById(provider).facts.name} key`;
}

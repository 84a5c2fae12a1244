import type { ProviderId } from "@/contracts/provider";
import { providerById } from "@/domain/providers/registry";

/** Display name of a key: the owner's label, or the provider's name. */
export function keyLabel({ label, provider }: { label: string; provider: ProviderId }): string {
  return label || `${providerById(provider).facts.name} key`;
}

import type { ProviderId } from "@/contracts/provider";
import { providerById } from "@/domain/providers/registry";

/**
 * Display name of a key: the owner's label, or the provider's name.
 *
 * @param key.last4 empty for an endpoint that asks for no key
 */
export function keyLabel({
  label,
  provider,
  last4,
}: {
  label: string;
  provider: ProviderId;
  last4: string;
}): string {
  const { name } = providerById(provider).facts;
  return label || (last4 === "" ? name : `${name} key`);
}

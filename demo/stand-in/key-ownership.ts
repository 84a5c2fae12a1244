import type { ProviderId } from "./dialects/dialect";
import { places } from "./dialects/places";

/**
 * Whether a key could be the provider's: no provider accepts another's, so a key sent to the wrong one gets a
 * 401. A key without a known prefix can belong to any provider.
 */
export function mayBelongTo(provider: ProviderId, key: string): boolean {
  const owner = places.find(({ dialect }) =>
    dialect.keyBeginnings.some((beginning) => key.startsWith(beginning)),
  );
  return owner === undefined || owner.dialect.provider === provider;
}

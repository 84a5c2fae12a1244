import type { ProviderId } from "./dialects/dialect";
import { places } from "./dialects/places";

/**
 * Whether a provider could have given out this key: one provider never accepts another's, so a crossed key shows as a 401. A key that
 * begins like nobody's belongs to whoever accepts it.
 */
export function mayBelongTo(provider: ProviderId, key: string): boolean {
  const owner = places.find(({ dialect }) =>
    dialect.keyBeginnings.some((beginning) => key.startsWith(beginning)),
  );
  return owner === undefined || owner.dialect.provider === provider;
}

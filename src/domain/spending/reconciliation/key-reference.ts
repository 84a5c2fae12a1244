import type { Owner } from "@/contracts/owner";
import type { ProviderId } from "@/contracts/provider";
import { ADMIN_KEY_PROVIDERS } from "@/contracts/reconciliation";
import { providerById } from "@/domain/providers/registry";
import { SELF_REPORTING } from "./source";

/** Providers whose figures can be compared. */
export const COMPARED: readonly ProviderId[] = [...ADMIN_KEY_PROVIDERS, SELF_REPORTING];

/** Days, both included. */
export interface Days {
  from: string;
  to: string;
}

/**
 * A key as our figures and a provider's are matched: by its last four characters, or, where a key reports on
 * itself, by its id here.
 */
export interface KeyReference {
  provider: ProviderId;
  ref: string;
}

export function placeOf({ provider, ref }: KeyReference): string {
  return `${provider} ${ref}`;
}

/** For a key without a name of its own. */
export function labelOf(owner: Owner, provider: ProviderId): string {
  const { name } = providerById(provider).facts;
  return owner.kind === "installation" ? `${name} platform key` : `${name} key`;
}

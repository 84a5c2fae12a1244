import type { Owner } from "@/contracts/owner";
import { ADMIN_KEY_PROVIDERS, type AdminKeyProvider } from "@/contracts/reconciliation";
import type { reconciliationSourcesTable } from "@/lib/db/schema";

export type SourceRow = typeof reconciliationSourcesTable.$inferSelect;

/** `key_ref` of an owner's admin key, and of the operator's key in the environment. */
export const ADMIN = "admin";
export const PLATFORM = "platform";

/** A provider whose keys may ask what they themselves were charged. */
export const SELF_REPORTING = "openrouter";

export function ownerOf({ ownerKind, ownerId }: Pick<SourceRow, "ownerKind" | "ownerId">): Owner {
  return { kind: ownerKind, id: ownerId };
}

export function isAdminKeyProvider(provider: string): provider is AdminKeyProvider {
  return (ADMIN_KEY_PROVIDERS as readonly string[]).includes(provider);
}

/** Whole days that a report is asked for; providers answer at most 31. */
export const REPORTED_DAYS = 31;

/** How many days a provider's figure for a day may still change after the day, in the usual course. */
export function settlingDays(provider: string): number {
  return provider === SELF_REPORTING ? 1 : 2;
}

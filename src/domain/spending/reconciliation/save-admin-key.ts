import "server-only";
import type { Owner } from "@/contracts/owner";
import type { SaveAdminKeyRequest } from "@/contracts/reconciliation";
import type { Actor, SystemActor } from "@/domain/identity/actor";
import { storeAdminKey } from "@/domain/keys/sources/admin/store-admin-key";
import { ProviderFailure } from "@/domain/providers/failures/provider-failure";
import { AppError } from "@/lib/app-error";
import { reconciliationSourcesTable as sources } from "@/lib/db/schema";
import { consumeLimit, type Limit } from "@/lib/rate-limiter";
import { Secret } from "@/lib/secret";
import { failureSentence } from "./failure-sentence";
import { reportClient } from "./reconcile-source";
import { tryAnthropicCosts } from "./reports/anthropic-costs";
import { tryOpenAiCosts } from "./reports/openai-costs";
import { ADMIN } from "./source";
import { daysAfter, utcDayOf } from "./utc-day";

/** Each sends requests to the provider; too rarely for trying out stolen keys. */
const SAVES: Limit = {
  name: "admin-key-save",
  points: 10,
  seconds: 60,
  sentence: "You have tried admin keys very often in the last minute.",
};

const TEST_MS = 30_000;

/**
 * Saves an owner's admin key for a provider, or replaces it, if the provider lets it read what was charged.
 * Otherwise nothing changes.
 *
 * @returns its id
 * @throws AppError `key_not_accepted` with the reason; `rate_limited`, `key_store_unavailable`
 */
export async function saveAdminKey(
  actor: Actor | SystemActor,
  owner: Owner,
  { provider, apiKey }: SaveAdminKeyRequest,
): Promise<string> {
  await consumeLimit(SAVES, `${owner.kind}:${owner.id}`);
  const openKey = () => Promise.resolve(new Secret(apiKey));
  const client = reportClient(provider, openKey, AbortSignal.timeout(TEST_MS));
  const today = utcDayOf(new Date());
  const range = { from: daysAfter(today, -1), to: today };
  try {
    await (provider === "anthropic" ? tryAnthropicCosts : tryOpenAiCosts)(client, range);
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    throw new AppError("key_not_accepted", `${failureSentence(error.code, provider)} Nothing was saved.`);
  }
  return storeAdminKey(actor, owner, { provider, apiKey }, async (tx) => {
    const { ownerKind, ownerId, provider: of, keyRef } = sources;
    // What the key before was told of may be another organization.
    const anew = {
      nextAt: new Date(0),
      fetchedAt: null,
      coveredFrom: null,
      coveredTo: null,
      keys: [],
      failure: null,
      failedAt: null,
      // Who asks with the key before stores nothing any more.
      claim: null,
      claimedUntil: null,
    };
    await tx
      .insert(sources)
      .values({ ownerKind: owner.kind, ownerId: owner.id, provider, keyRef: ADMIN, ...anew })
      .onConflictDoUpdate({ target: [ownerKind, ownerId, of, keyRef], set: anew });
  });
}

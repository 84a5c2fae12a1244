import "server-only";
import type { ModelGroup } from "@/contracts/models";
import type { Actor } from "@/domain/identity/actor";
import { mergeListedModels } from "@/domain/models/merge-listed-models";
import { ProviderFailure } from "@/domain/providers/failures/provider-failure";
import { providerById } from "@/domain/providers/registry";
import { connect } from "@/domain/providers/transport/connect";
import { notFound } from "@/lib/app-error";
import { consumeLimit, type Limit } from "@/lib/rate-limiter";
import { describeOutcome } from "../health/describe-outcome";
import { outcomeOfFailure } from "../health/outcome-of-failure";
import { listApiKeys } from "../list-api-keys";
import { openPayingKey } from "../open-paying-key";
import { requireAnyKey } from "../require-any-key";
import { keyGroup } from "./list-model-groups";
import { liveLists } from "./live-lists";

const LIVE_LISTS: Limit = {
  name: "model-list",
  points: 30,
  seconds: 60,
  sentence: "You have asked for lists of models very often in the last minute.",
};

/**
 * The models one key of `actor` may use, as its provider lists them for this very key. Known models that
 * are missing from the list are shown as not for this key. If the provider does not list, the catalogue's
 * are given with the reason.
 *
 * @throws AppError `not_found`, `rate_limited`, `endpoint_refused`, and what keeps the key from being opened
 */
export async function listLiveModels(actor: Actor, keyId: string): Promise<ModelGroup> {
  const key = (await listApiKeys(actor)).find(({ id }) => id === keyId);
  if (!key) throw notFound("key");
  const adapter = providerById(key.provider);
  const group = keyGroup(adapter, key);
  if (group.reason) return group;
  await consumeLimit(LIVE_LISTS, actor.userId);
  try {
    // Of a key that was replaced the list is another one.
    const { secretId } = await requireAnyKey(actor, keyId);
    let isOfOther = false;
    const openKey = async () => {
      const opened = await openPayingKey(actor, key.provider, key, "list_models");
      isOfOther ||= opened.paidWith?.secretId !== secretId;
      return opened.key;
    };
    // Of an old key the id of the secret is the same as of other people's: it names a secret of one key only.
    const name = `${key.id} ${secretId}`;
    const readList = async () => {
      const models = await adapter.listModels(connect(adapter, key.baseUrl, openKey, "short"));
      // Replaced while it was read: whoever asked for it sees it, and it is not kept under the previous
      // secret.
      if (isOfOther) liveLists().delete(name);
      return models;
    };
    const listed = await liveLists().forceFetch(name, { context: readList });
    return { ...group, source: "live", models: mergeListedModels(adapter.facts.id, group.models, listed) };
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    const { name, billingUrl } = adapter.facts;
    const outcome = outcomeOfFailure(error.code) ?? "unknown";
    return {
      ...group,
      listProblem: `The list of models could not be read. ${describeOutcome(outcome, { name, hasCreditPage: billingUrl !== null })}`,
    };
  }
}

import "server-only";
import type { ModelGroup } from "@/contracts/models";
import type { Actor } from "@/domain/identity/actor";
import { mergeListedModels } from "@/domain/models/merge-listed-models";
import { ProviderFailure } from "@/domain/providers/failures/provider-failure";
import { providerById } from "@/domain/providers/registry";
import { connect } from "@/domain/providers/transport/connect";
import { notFound } from "@/lib/app-error";
import { consumeLimit, type Limit } from "@/lib/rate-limiter";
import { keyTestSentence } from "../health/key-test-sentence";
import { listKeys } from "../list-keys";
import { openPayingKey } from "../open-paying-key";
import { requirePersonalKey } from "../require-personal-key";
import { keyGroup } from "./list-model-groups";
import { liveListName, liveLists } from "./live-lists";
import { readListedModels } from "./read-listed-models";

const LIVE_LISTS: Limit = {
  name: "model-list",
  points: 30,
  seconds: 60,
  sentence: "You have asked for lists of models very often in the last minute.",
};

/**
 * The models one key of `actor` may use, as the provider lists them for this key. Known models missing from
 * the list are marked unavailable. If listing fails, returns the catalogue's models with the reason.
 *
 * @throws AppError `not_found`, `rate_limited`, `endpoint_refused`, and what keeps the key from being opened
 */
export async function listLiveModels(actor: Actor, keyId: string): Promise<ModelGroup> {
  const summary = (await listKeys(actor)).find(({ id }) => id === keyId);
  if (!summary) throw notFound("key");
  const adapter = providerById(summary.provider);
  const group = keyGroup(adapter, summary);
  if (group.reason) return group;
  await consumeLimit(LIVE_LISTS, actor.userId);
  try {
    // A replaced key has a different list.
    const key = await requirePersonalKey(actor, keyId);
    const { secretId } = key;
    let isReplaced = false;
    const openKey = async () => {
      const opened = await openPayingKey(actor, key, "list_models");
      isReplaced ||= opened.paidWith?.secretId !== secretId;
      return opened.key;
    };
    const name = liveListName(key);
    const readList = async () => {
      const connection = connect(adapter, key.baseUrl, openKey, "short");
      const models = await readListedModels(adapter, connection);
      // The key was replaced while the list was read: return it, but do not keep it under the previous
      // secret.
      if (isReplaced) liveLists().delete(name);
      return models;
    };
    const listed = await liveLists().forceFetch(name, { context: readList });
    return { ...group, source: "live", models: mergeListedModels(adapter.facts.id, group.models, listed) };
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    const sentence = keyTestSentence(error, { ...adapter.facts, hasKey: summary.last4 !== "" });
    return { ...group, listProblem: `The list of models could not be read. ${sentence}` };
  }
}

import "server-only";
import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { ModelSelection } from "@/contracts/model-selection";
import type { Actor } from "@/domain/identity/actor";
import type { PaidWith, PayingKey } from "@/domain/keys/find-paying-key";
import { openPayingKey } from "@/domain/keys/open-paying-key";
import { providerById } from "@/domain/providers/registry";
import { connect } from "@/domain/providers/transport/connect";

/**
 * The language model for a selection, with the chosen purse's key and no other. The key is opened for each outgoing request,
 * and a key that cannot be opened fails that request.
 *
 * @param key as findPayingKey found it; null for the platform's
 * @param noteOpened is told of the secret a request is about to be paid with; of the platform's key it is not
 */
export function resolveLanguageModel(
  actor: Actor,
  { provider, model }: ModelSelection,
  key: PayingKey,
  noteOpened: (paidWith: PaidWith) => void,
): LanguageModelV4 {
  const adapter = providerById(provider);
  const openKey = async () => {
    const opened = await openPayingKey(actor, key, "chat");
    if (opened.paidWith) noteOpened(opened.paidWith);
    return opened.key;
  };
  return adapter.buildModel(model, connect(adapter, key.baseUrl, openKey, "message"));
}

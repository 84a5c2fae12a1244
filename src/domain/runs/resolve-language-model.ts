import "server-only";
import type { LanguageModelV4, LanguageModelV4CallOptions } from "@ai-sdk/provider";
import type { ModelSelection } from "@/contracts/model-selection";
import type { Actor } from "@/domain/identity/actor";
import type { PayingKey } from "@/domain/keys/find-paying-key";
import { openPayingKey } from "@/domain/keys/open-paying-key";
import { providerById } from "@/domain/providers/registry";
import { connect } from "@/domain/providers/transport/connect";
import { cleanParts } from "@/domain/providers/wire/clean-parts";
import { withMiddleware } from "@/domain/providers/wire/with-middleware";
import { countRequests } from "@/domain/spending/count-requests";
import type { RunReceipt } from "@/domain/spending/run-receipt";
import { leaveOutKnown } from "./leave-out-known";
import { storedForm } from "./stored-form";
import { tidyToolCalls } from "./tidy-tool-calls";

/**
 * The language model for a selection, using only the chosen payer's key. The key is opened for each outgoing
 * request, and a key that cannot be opened fails that request.
 *
 * @param key as findPayingKey found it
 * @param receipt records each request, and which secret of the key pays for it
 * @param projectId which has to be the actor's for as long as the run lasts
 */
export function resolveLanguageModel(
  actor: Actor,
  { provider, model }: ModelSelection,
  key: PayingKey,
  receipt: Pick<RunReceipt, "begin" | "holdFirst" | "paidWith">,
  projectId?: string,
): LanguageModelV4 {
  const adapter = providerById(provider);
  const openKey = async () => {
    const opened = await openPayingKey(actor, key, "chat", projectId);
    if (opened.paidWith) receipt.paidWith = opened.paidWith;
    return opened.key;
  };
  const connection = connect(adapter, key.baseUrl, openKey, "message");
  const marks = adapter.cacheMarks?.(model);
  const { holdFirst } = receipt;
  return withMiddleware(adapter.buildModel(model, connection), [
    ...(holdFirst
      ? [{ transformParams: ({ params }: { params: LanguageModelV4CallOptions }) => holdFirst(params) }]
      : []),
    countRequests(receipt),
    tidyToolCalls,
    leaveOutKnown,
    storedForm,
    cleanParts(connection.echo),
    ...(marks ? [marks] : []),
  ]);
}

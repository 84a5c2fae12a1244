import "server-only";
import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { ModelSelection } from "@/contracts/model-selection";
import type { UsagePurpose } from "@/contracts/usage";
import type { Actor } from "@/domain/identity/actor";
import type { PayingKey } from "@/domain/keys/find-paying-key";
import { openPayingKey } from "@/domain/keys/open-paying-key";
import { providerById } from "@/domain/providers/registry";
import { connect } from "@/domain/providers/transport/connect";
import { cleanParts } from "@/domain/providers/wire/clean-parts";
import { withMiddleware } from "@/domain/providers/wire/with-middleware";
import { meterRequests } from "@/domain/spending/meter-requests";
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
 * @param purpose of the requests
 * @param projectId which has to be the actor's for as long as the run lasts
 */
export function resolveLanguageModel(
  actor: Actor,
  { provider, model }: ModelSelection,
  key: PayingKey,
  receipt: Pick<RunReceipt, "begin" | "paidWith" | "holdRequest" | "lastContextTokens">,
  purpose: UsagePurpose,
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
  return withMiddleware(adapter.buildModel(model, connection), [
    meterRequests(receipt, purpose, connection.echo),
    tidyToolCalls,
    leaveOutKnown,
    storedForm,
    cleanParts(connection.echo),
    ...(marks ? [marks] : []),
  ]);
}

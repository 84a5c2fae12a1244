import { ProviderFailure } from "./failures/provider-failure";
import type { ClassifyRefusal, ProviderConnection } from "./provider-adapter";
import { refuseErrorUnder200 } from "./wire/refuse-error-under-200";

/**
 * Requests a chat without messages. Servers check the key first and then reject the empty list, so a
 * rejection of the request or the model means the key is accepted, and no model runs. If a server does
 * answer, it may write one token at most.
 *
 * @param model one the key can probably use: some gateways refuse the others with the status of a bad key
 * @throws ProviderFailure if the provider rejects the key
 */
export async function tryEmptyChat(
  { baseUrl, fetch }: ProviderConnection,
  classify: ClassifyRefusal,
  model: string,
): Promise<void> {
  try {
    const response = await fetch(`${baseUrl}/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model, messages: [], max_tokens: 1 }),
    });
    await refuseErrorUnder200(response, classify);
  } catch (error) {
    if (!(error instanceof ProviderFailure && KEY_WAS_ACCEPTED.has(error.code))) throw error;
  }
}

/** What a server answers only to a key that it has accepted. */
export const KEY_WAS_ACCEPTED: ReadonlySet<string> = new Set([
  "provider_rejected_request",
  "provider_model_unavailable",
  "provider_context_too_long",
  "provider_content_refused",
]);

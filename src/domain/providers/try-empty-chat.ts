import { ProviderFailure } from "./failures/provider-failure";
import type { ProviderConnection } from "./provider-adapter";

/**
 * Requests a chat without messages. Servers check the key first and then reject the empty list, so a
 * rejection of the request or the model means the key is accepted, and no model runs. If a server does
 * answer, it may write one token at most.
 *
 * @param model one the key can probably use: some gateways refuse the others with the status of a bad key
 * @throws ProviderFailure if the provider rejects the key
 */
export async function tryEmptyChat({ baseUrl, fetch }: ProviderConnection, model: string): Promise<void> {
  try {
    const response = await fetch(`${baseUrl}/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model, messages: [], max_tokens: 1 }),
    });
    await response.body?.cancel();
  } catch (error) {
    if (!(error instanceof ProviderFailure && KEY_WAS_ACCEPTED.has(error.code))) throw error;
  }
}

const KEY_WAS_ACCEPTED = new Set<string>(["provider_rejected_request", "provider_model_unavailable"]);

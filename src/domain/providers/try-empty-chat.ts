import { ProviderFailure } from "./failures/provider-failure";
import type { ProviderConnection } from "./provider-adapter";

/**
 * Asks for a chat of no messages. Servers look at the key first and refuse the empty list then, so a refusal of the request or the model
 * is a yes to the key, and no model ever runs. Should a server answer after all, one token is the most it may write.
 *
 * @param model one the key may probably use: some gateways refuse the others with the status of a bad key
 * @throws ProviderFailure what the provider says against the key
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

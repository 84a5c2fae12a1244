import { ProviderFailure } from "./failures/provider-failure";
import type { ProviderConnection } from "./provider-adapter";

/**
 * Requests an answer of one token. A key without credit may list models all the same: only a message shows
 * whether its account can pay. Call it when the provider has accepted the key. Failures that concern the
 * model or the provider are ignored, as they say nothing about the key.
 *
 * @param path below the connection's address
 * @throws ProviderFailure if the account has no credit, or the key or its rate limit does not allow messages
 */
export async function tryShortMessage(
  { baseUrl, fetch }: ProviderConnection,
  path: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<void> {
  try {
    const response = await fetch(`${baseUrl}/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    await response.body?.cancel();
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    if (SAYS_WHETHER_IT_MAY.has(error.code)) throw error;
  }
}

const SAYS_WHETHER_IT_MAY = new Set<string>([
  "provider_credit_exhausted",
  "provider_key_invalid",
  "provider_rate_limited",
]);

import { ProviderFailure } from "./failures/provider-failure";
import type { ClassifyRefusal, ProviderConnection } from "./provider-adapter";
import { KEY_WAS_ACCEPTED } from "./try-empty-chat";
import { refuseErrorUnder200 } from "./wire/refuse-error-under-200";

interface ShortMessage {
  /** Below the connection's address. */
  path: string;
  body: object;
  headers?: Record<string, string>;
  /** Nothing else has shown yet that the key is accepted, so any failure that does not show it counts. */
  mustAnswer: boolean;
}

/**
 * Requests an answer of one token. A key without credit may list models all the same: only a message shows
 * whether its account can pay. Failures that concern the model or the provider are ignored if the provider
 * has accepted the key, as they say nothing about it.
 *
 * @throws ProviderFailure if the account has no credit, or the key or its rate limit does not allow messages
 */
export async function tryShortMessage(
  { baseUrl, fetch }: ProviderConnection,
  classify: ClassifyRefusal,
  { path, body, headers = {}, mustAnswer }: ShortMessage,
): Promise<void> {
  try {
    const response = await fetch(`${baseUrl}/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    await refuseErrorUnder200(response, classify);
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    const counts = mustAnswer ? !KEY_WAS_ACCEPTED.has(error.code) : SAYS_WHETHER_IT_MAY.has(error.code);
    if (counts) throw error;
  }
}

const SAYS_WHETHER_IT_MAY = new Set<string>([
  "provider_credit_exhausted",
  "provider_key_invalid",
  "provider_rate_limited",
]);

import type { ClassifyRefusal } from "../provider-adapter";
import { KeyEcho } from "../transport/key-echo";
import { providerToken } from "../wire/provider-token";
import { ProviderFailure } from "./provider-failure";
import { refusalText } from "./refusal-text";
import { retryAfterSeconds, retryDelaySeconds, retryWordsSeconds } from "./retry-after";

const MAX_ERROR_BYTES = 64 * 1024;

/**
 * Statuses that normally concern the key, its account or its models. 407 comes from a proxy and concerns the
 * proxy.
 */
const ABOUT_THE_KEY = new Set([401, 402, 403, 404, 407]);

/**
 * Reads a provider's refusal once and keeps only our code, the status, the retry delay and the provider's
 * request id. Its text is passed only to `classify`.
 *
 * @param classify the provider's own classification of its refusals
 * @param echo recognizes the key that was refused, if there was one
 */
export async function failureOfResponse(
  response: Response,
  classify: ClassifyRefusal,
  echo: Pick<KeyEcho, "isIn"> = new KeyEcho(),
): Promise<ProviderFailure> {
  const { status, headers } = response;
  const body = await readErrorBody(response);
  // A firewall, proxy or login page intervened: the provider has not seen the key.
  const code =
    body === null && ABOUT_THE_KEY.has(status) ? "provider_bad_response" : classify({ status, body });
  const wait =
    retryAfterSeconds(headers, code === "provider_rate_limited" ? 429 : status) ??
    retryDelaySeconds(body) ??
    retryWordsSeconds(code, refusalText(body).text);
  return new ProviderFailure(code, {
    status,
    ...(wait === undefined ? {} : { retryAfterSeconds: wait }),
    ...requestIdOf(headers, echo),
  });
}

function requestIdOf(headers: Headers, echo: Pick<KeyEcho, "isIn">): { requestId?: string } {
  const id = providerToken(headers.get("request-id") ?? headers.get("x-request-id"), echo);
  return id !== null && id.length <= 64 ? { requestId: id } : {};
}

/**
 * The body as JSON, or as text, since some servers refuse in plain text. Null for an HTML page, which is not
 * an API response.
 */
async function readErrorBody(response: Response): Promise<unknown> {
  let text = "";
  const decoder = new TextDecoder();
  try {
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > MAX_ERROR_BYTES) break;
    }
  } catch {
    // A broken body is ignored: the status alone decides.
  }
  try {
    return JSON.parse(text);
  } catch {
    return isPage(text, response.headers.get("content-type") ?? "") ? null : text.slice(0, MAX_ERROR_BYTES);
  }
}

/** Includes XML, which some firewalls send. An empty body is not a page, whatever its type. */
function isPage(text: string, contentType: string): boolean {
  return /^\s*</.test(text) || (text.trim() !== "" && /^text\/html\b/i.test(contentType));
}

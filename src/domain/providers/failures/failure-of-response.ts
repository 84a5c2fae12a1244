import type { ClassifyRefusal } from "../provider-adapter";
import { ProviderFailure } from "./provider-failure";
import { retryAfterSeconds, retryDelaySeconds } from "./retry-after";

const MAX_ERROR_BYTES = 64 * 1024;

/** Statuses that would be read as a word about the key, its account or its models. 407 is a proxy's, about the proxy. */
const ABOUT_THE_KEY = new Set([401, 402, 403, 404, 407]);

/**
 * Reads a provider's refusal once and keeps only what is ours to know: our code, the status, how long to wait, and the provider's id of
 * the request. Its text goes no further than `classify`.
 *
 * @param classify the provider's own reading of its refusals
 */
export async function failureOfResponse(
  response: Response,
  classify: ClassifyRefusal,
): Promise<ProviderFailure> {
  const { status, headers } = response;
  const body = await readErrorBody(response);
  const wait = retryAfterSeconds(headers, status) ?? retryDelaySeconds(body);
  // A firewall, a proxy or a login page came in between: whatever it forbids, the provider has not seen the key.
  const code =
    body === null && ABOUT_THE_KEY.has(status) ? "provider_bad_response" : classify({ status, body });
  return new ProviderFailure(code, {
    status,
    ...(wait === undefined ? {} : { retryAfterSeconds: wait }),
    ...requestIdOf(headers),
  });
}

function requestIdOf(headers: Headers): { requestId?: string } {
  const id = headers.get("request-id") ?? headers.get("x-request-id");
  return id && /^[\w-]{1,64}$/.test(id) ? { requestId: id } : {};
}

/** JSON, or else the text itself: some servers refuse in plain words. Null for a page of HTML, which no API answers with. */
async function readErrorBody(response: Response): Promise<unknown> {
  let text = "";
  const decoder = new TextDecoder();
  try {
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > MAX_ERROR_BYTES) break;
    }
  } catch {
    // A broken body changes nothing: the status alone decides.
  }
  try {
    return JSON.parse(text);
  } catch {
    return isPage(text, response.headers.get("content-type") ?? "") ? null : text.slice(0, MAX_ERROR_BYTES);
  }
}

/** XML too: some firewalls answer in it. Nothing at all is no page, whatever its type. */
function isPage(text: string, contentType: string): boolean {
  return /^\s*</.test(text) || (text.trim() !== "" && /^text\/html\b/i.test(contentType));
}

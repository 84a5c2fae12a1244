import type { ClassifyRefusal } from "../providers/provider-adapter";
import { ProviderFailure } from "./provider-failure";
import { retryAfterSeconds } from "./retry-after";

const MAX_ERROR_BYTES = 64 * 1024;

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
  const wait = retryAfterSeconds(headers);
  return new ProviderFailure(classify({ status, body: await readErrorBody(response) }), {
    status,
    ...(wait === undefined ? {} : { retryAfterSeconds: wait }),
    ...requestIdOf(headers),
  });
}

function requestIdOf(headers: Headers): { requestId?: string } {
  const id = headers.get("request-id") ?? headers.get("x-request-id");
  return id && /^[\w-]{1,64}$/.test(id) ? { requestId: id } : {};
}

/** JSON, or else the text itself: some servers refuse in plain words. */
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
    // A page of HTML is a proxy's and says nothing of the provider.
    return /^\s*</.test(text) ? null : text.slice(0, MAX_ERROR_BYTES);
  }
}

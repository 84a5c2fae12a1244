import "server-only";
import { AppError } from "@/lib/app-error";
import { errorNames } from "@/lib/error-names";
import { abortedWith } from "@/lib/http/aborted-with";
import { logger } from "@/lib/logger";
import { EndpointFailure } from "@/lib/outbound/endpoint-failure";
import type { Secret } from "@/lib/secret";
import { failureOfResponse } from "../failures/failure-of-response";
import { ProviderFailure } from "../failures/provider-failure";
import type { ClassifyRefusal, KeyHeader, Refusal } from "../provider-adapter";
import { KeyEcho } from "./key-echo";

export interface KeyedFetchOptions {
  /** The provider's base URL. Requests to any other origin are refused: a key belongs to one host. */
  baseUrl: string;
  keyHeader: KeyHeader;
  /** The provider's own classification of its refusals. */
  classifyRefusal: ClassifyRefusal;
  /**
   * Opens the key for one request. An AppError is shown to the person; anything else is a fault of this
   * server.
   */
  openKey: () => Promise<Secret>;
  /**
   * How long the provider may take to start its response, and then to send each next chunk, in milliseconds.
   */
  timeoutMs: number;
  /** Sends the request; the global `fetch` unless a custom endpoint needs a guarded one. */
  fetch?: typeof fetch;
  /** Notes each key that is sent, so that it is recognized in the answer. */
  echo?: KeyEcho;
}

/**
 * A `fetch` for one provider that adds the key to one outgoing request and then drops it. The key is opened
 * when the request is sent, so no client, closure or context holds a plaintext key, and a key deleted
 * meanwhile is not used again.
 *
 * Redirects are refused, since they would carry the key elsewhere. A refusal becomes a `ProviderFailure`
 * here, immediately, because its text may echo part of the key and must not reach the AI SDK's errors or a
 * log.
 *
 * @throws AppError when the key cannot be opened, or its address is not allowed: nothing was sent
 * @throws ProviderFailure when the provider refuses, times out, cannot be reached or breaks off, also while
 *   the body is read
 */
export function createKeyedFetch(options: KeyedFetchOptions): typeof fetch {
  const origin = new URL(options.baseUrl).origin;
  const { name, prefix } = options.keyHeader;
  const echo = options.echo ?? new KeyEcho();
  // The global fetch is looked up for each request, since a test or instrumentation may have replaced it.
  const send: typeof fetch = options.fetch ?? ((input, init) => fetch(input, init));
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.origin !== origin) throw new Error("a keyed request may only go to its provider's origin");
    const callerSignal = init?.signal;
    const headers = new Headers(init?.headers);
    const key = await openedKey(options.openKey);
    // From here on, any delay is the provider's.
    const ended = abortedWith(callerSignal);
    const timer = setTimeout(() => ended.abort(new ProviderFailure("provider_timeout")), options.timeoutMs);
    timer.unref();
    try {
      const text = key.reveal();
      // A custom endpoint may ask for no key, and some refuse an empty one.
      if (text !== "") {
        echo.note(text);
        headers.set(name, prefix + text);
      }
      const response = await send(url, {
        ...init,
        headers,
        redirect: "error",
        signal: ended.signal,
      });
      if (!response.ok) throw await refusalOf(response, options.classifyRefusal, echo);
      // A proxy's login page also returns 200.
      return await withoutPage(refreshingOnEachChunk(response, timer, callerSignal));
    } catch (error) {
      clearTimeout(timer);
      // An AppError comes from the guard: the address is not allowed, and the person has to see that.
      if (error instanceof ProviderFailure || error instanceof AppError || callerSignal?.aborted) throw error;
      throw new ProviderFailure(codeOfFailedRequest(error), { cause: errorNames(error).join(" < ") });
    } finally {
      headers.delete(name);
    }
  };
}

/**
 * A failure such as an unavailable database is not the provider's. The error is logged and not passed on: the
 * AI SDK wraps a network error, however deep, in its own error about an unreachable provider.
 *
 * @throws AppError
 */
async function openedKey(openKey: () => Promise<Secret>): Promise<Secret> {
  try {
    return await openKey();
  } catch (error) {
    if (error instanceof AppError) throw error;
    logger.error({ err: error }, "a key could not be opened for a request");
    throw new AppError(
      "unavailable",
      "Something on this server kept the key from being read. Nothing was sent and the key is unchanged. Try again in a minute.",
    );
  }
}

function codeOfFailedRequest(error: unknown): ProviderFailure["code"] {
  if (!(error instanceof EndpointFailure)) return "provider_unreachable";
  switch (error.kind) {
    case "timeout":
      return "provider_timeout";
    case "redirect":
    case "too_large":
      return "provider_bad_response";
    case "unreachable":
      return "provider_unreachable";
  }
}

/**
 * Restarts the timer at every chunk, so that a provider that stalls does not hold a message forever. Errors
 * in the rest of the answer become provider failures, unless the caller aborted.
 */
function refreshingOnEachChunk(
  response: Response,
  timer: NodeJS.Timeout,
  callerSignal: AbortSignal | null | undefined,
): Response {
  timer.refresh();
  const reader = response.body?.getReader();
  const watched = reader
    ? new ReadableStream<Uint8Array>({
        async pull(controller) {
          try {
            const { done, value } = await reader.read();
            timer.refresh();
            if (!done) return controller.enqueue(value);
            clearTimeout(timer);
            controller.close();
          } catch (error) {
            clearTimeout(timer);
            controller.error(callerSignal?.aborted ? error : failureOfBrokenAnswer(error));
          }
        },
        cancel(reason) {
          clearTimeout(timer);
          return reader.cancel(reason);
        },
      })
    : null;
  return new Response(watched, { status: response.status, headers: response.headers });
}

/** A connection that breaks after the answer started is an interruption. */
function failureOfBrokenAnswer(error: unknown): ProviderFailure {
  if (error instanceof ProviderFailure) return error;
  const code =
    error instanceof EndpointFailure && error.kind !== "unreachable"
      ? codeOfFailedRequest(error)
      : "stream_interrupted";
  return new ProviderFailure(code, { cause: errorNames(error).join(" < ") });
}

/** The refusal as a failure that also says whether it is about a field that the answer does not need. */
async function refusalOf(
  response: Response,
  classify: ClassifyRefusal,
  echo: KeyEcho,
): Promise<ProviderFailure> {
  let isAboutStreamOptions = false;
  const failure = await failureOfResponse(
    response,
    (refusal) => {
      isAboutStreamOptions = saysStreamOptions(refusal);
      return classify(refusal);
    },
    echo,
  );
  if (!isAboutStreamOptions) return failure;
  const { status, requestId } = failure;
  return new ProviderFailure(failure.code, {
    refusedField: "stream_options",
    ...(status === undefined ? {} : { status }),
    ...(requestId === undefined ? {} : { requestId }),
  });
}

/** In whatever words: servers name the field, or what is in it. */
function saysStreamOptions({ status, body }: Refusal): boolean {
  if (status !== 400 && status !== 422 && status !== 501) return false;
  return /stream_?options|stream options|include_?usage/i.test(
    typeof body === "string" ? body : withoutEcho(body),
  );
}

/** Validators repeat the request beside what is wrong with it. @returns "" for what is nested too deeply */
function withoutEcho(body: unknown): string {
  try {
    return JSON.stringify(body, (field, value: unknown) =>
      field === "input" || field === "request" ? undefined : value,
    );
  } catch {
    return "";
  }
}

/**
 * What is no page. Servers leave the content type out, or call a stream text/plain or whatever is their
 * default, so the beginning of the body decides where the type does not.
 *
 * @throws ProviderFailure `provider_bad_response`
 */
async function withoutPage(response: Response): Promise<Response> {
  const type = response.headers.get("content-type") ?? "";
  if (/^(text\/event-stream|application\/json)\b/i.test(type)) return response;
  const reader = response.body?.getReader();
  const first = reader && (await beginningOf(reader));
  if (reader && first && /^\s*(\{|\[|(data|event|id|retry)?:)/.test(first.text)) {
    return new Response(resumed(first.pieces, reader), {
      status: response.status,
      headers: response.headers,
    });
  }
  await reader?.cancel();
  throw new ProviderFailure("provider_bad_response", { status: response.status });
}

const MAX_BEGINNING_PIECES = 100;
/** Enough to tell the first field of an event stream, or a JSON body. */
const BEGINNING = /^\s*([{[:<]|\S{6}|\S+\s)/;

async function beginningOf(reader: ReadableStreamDefaultReader<Uint8Array>) {
  const decoder = new TextDecoder();
  const pieces: Uint8Array[] = [];
  let text = "";
  while (!BEGINNING.test(text) && pieces.length < MAX_BEGINNING_PIECES) {
    const { done, value } = await reader.read();
    if (done) break;
    pieces.push(value);
    text += decoder.decode(value, { stream: true });
  }
  return { text, pieces };
}

function resumed(
  pieces: Uint8Array[],
  reader: ReadableStreamDefaultReader<Uint8Array>,
): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const piece = pieces.shift();
      if (piece) return controller.enqueue(piece);
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

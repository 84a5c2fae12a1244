import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AgentHandler } from "./agent-handler";
import { requestBody } from "./request-body";

/**
 * Answers a request of node:http with a handler of web requests. The handler learns at once when the client
 * hangs up, and what it streams is read only as fast as the client takes it.
 *
 * @throws what the handler throws, with nothing sent; an answer that fails later is broken off
 */
export async function answerOverHttp(
  handle: AgentHandler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) gone.abort();
  });
  const response = await handle(webRequest(incoming, outgoing, gone.signal));
  outgoing.statusCode = response.status;
  for (const [name, value] of response.headers) outgoing.appendHeader(name, value);
  if (!response.body) {
    outgoing.end();
    return;
  }
  try {
    await pass(response.body, outgoing, gone.signal);
    outgoing.end();
  } catch {
    // Only a broken connection says that the answer is not whole; what was written still goes out.
    outgoing.socket?.destroySoon();
  }
}

/** Of the address only path and query are the client's; the host it names is one of the headers. */
function webRequest(incoming: IncomingMessage, outgoing: ServerResponse, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    for (const each of [value ?? []].flat()) headers.append(name, each);
  }
  const { method = "GET", url = "/" } = incoming;
  const hasBody = method !== "GET" && method !== "HEAD";
  return new Request(`http://localhost${url}`, {
    method,
    headers,
    signal,
    ...(hasBody && { body: requestBody(incoming, outgoing), duplex: "half" }),
  });
}

async function pass(
  body: ReadableStream<Uint8Array>,
  outgoing: ServerResponse,
  gone: AbortSignal,
): Promise<void> {
  const reader = body.getReader();
  const cancel = () => {
    reader.cancel().catch(() => undefined);
  };
  if (gone.aborted) return cancel();
  gone.addEventListener("abort", cancel, { once: true });
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- a stream
    const { done, value } = await reader.read();
    if (done || gone.aborted) return;
    // oxlint-disable-next-line no-await-in-loop
    if (!outgoing.write(value)) await once(outgoing, "drain", { signal: gone });
  }
}

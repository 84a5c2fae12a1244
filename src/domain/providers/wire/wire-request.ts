import { AsyncLocalStorage } from "node:async_hooks";
import type { AnswerState } from "./answer-state";

/** What is known on the wire of one request for an answer, while it goes on and when it has ended. */
export interface WireRequest {
  /** Of the body that was sent; 0 before that. */
  sentBytes: number;
  /** The request's id as the headers of the answer name it. Untrusted. */
  requestId: string | null;
  /** What the reader of the answer's bytes knows; null before it is answered. */
  state: AnswerState | null;
}

const current = new AsyncLocalStorage<WireRequest>();

export function newWireRequest(): WireRequest {
  return { sentBytes: 0, requestId: null, state: null };
}

/** Links the answer that a client is asked for with the request it sends for it. */
export function onTheWire<Result>(request: WireRequest, send: () => Result): Result {
  return current.run(request, send);
}

/** The request that is being sent; undefined for one of which nobody wants to know. */
export function requestOnTheWire(): WireRequest | undefined {
  return current.getStore();
}

/** Where providers put the id of a request. OpenRouter's is the one its figures are asked for by. */
const ID_HEADERS = ["x-generation-id", "request-id", "x-request-id"];

export function requestIdIn(headers: Headers): string | null {
  for (const name of ID_HEADERS) {
    const id = headers.get(name);
    if (id !== null && id !== "") return id;
  }
  return null;
}

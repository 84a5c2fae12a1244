import type { IncomingHttpHeaders } from "node:http";
import type { Conversation } from "../conversation";
import type { DemoKey } from "../demo-key";
import type { Failure, Refusal } from "../failure";
import type { KeyBehaviour } from "../key-behaviours";
import type { Usage } from "../usage";

/** As the product calls it. */
export type ProviderId = string;

/** What a provider's API looks like on the wire. What happens to a request is decided elsewhere (answer-request.ts). */
export interface Dialect {
  readonly provider: ProviderId;
  /** Most input tokens, of every model. */
  readonly contextWindow: number;
  /** Whether a request without a key, or with any, is answered. */
  readonly keyless: boolean;
  /** How keys of this provider begin, the usual form first; none where they have no form of their own. */
  readonly keyBeginnings: readonly string[];
  /** Keys for the demo, beside those in demo-keys.ts. */
  readonly demoKeys?: readonly Omit<DemoKey, "provider">[];
  /** Where aimock speaks this dialect. */
  modelPath(chat: ChatRequest): string;
  /** The finish reason, in aimock's words, of an answer that was cut short for its content; null when such a request is refused. */
  readonly refusedFinishReason: string | null;

  keyOf(headers: IncomingHttpHeaders): string | null;
  /** Headers of every answer. */
  headers(requestId: string): Record<string, string>;
  endpoint(method: string, path: string): Endpoint | undefined;
  /** What is wrong with the headers of a request, if anything is. */
  headerFailure(headers: IncomingHttpHeaders): Failure | undefined;
  /** @param account whoever the key belongs to: what is bound to an account is checked against it */
  readChat(body: unknown, account: string, path: string): ChatReading;
  isKnownModel(model: string): boolean;
  refusal(failure: Failure, requestId: string): Refusal;
  /** Proves to a later request that this account was given this thinking; undefined where nothing does. */
  thinkingSignature(thinking: string, account: string): string | undefined;
  /** Turns aimock's answer into the provider's where the two differ. */
  reshape(answer: AnswerFacts): AnswerReshaping;
  readonly stream: StreamFacts;
}

/** "chat" goes to the model; every other is answered at once. */
export type Endpoint = { kind: "chat"; isPublic: false } | DirectEndpoint;

interface DirectEndpoint {
  kind: "models" | "other";
  /** Whether it answers without a key, and with any. */
  isPublic: boolean;
  answer(asker: { key: string; behaviour: KeyBehaviour }): unknown;
}

export type ChatReading = { ok: true; chat: ChatRequest } | { ok: false; failure: Failure };

export interface ChatRequest {
  model: string;
  stream: boolean;
  /** Infinity when the request sets no limit. */
  maxTokens: number;
  /** Whether a streamed answer ends with its usage. */
  wantsUsage: boolean;
  conversation: Conversation;
}

export interface AnswerFacts {
  chat: ChatRequest;
  /** Whoever asked. */
  account: string;
  usage: Usage;
  /** Undefined when the turn has no thinking. */
  signature: string | undefined;
}

export interface AnswerReshaping {
  /** One server-sent event, without the empty line after it. None, one or several take its place. */
  event(event: string): string[];
  /** The body of an answer that is no stream. */
  whole(body: unknown): unknown;
}

/** What it takes to ruin a stream half-way. */
export interface StreamFacts {
  /** "delta": a piece of the answer; "end": nothing more of the first part comes. */
  stepOf(event: string): "delta" | "end" | "other";
  /** An event that ends inside its JSON. */
  readonly broken: string;
  /** Reports in mid-stream that the provider is overloaded. */
  error(requestId: string): string;
  /** The same for a request that asked for no stream. */
  wholeError(requestId: string): Refusal;
}

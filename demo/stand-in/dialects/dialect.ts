import type { IncomingHttpHeaders } from "node:http";
import type { Conversation } from "../conversation";
import type { DemoKey } from "../demo-key";
import type { Failure, Refusal } from "../failure";
import type { KeyBehaviour } from "../key-behaviours";
import type { Usage } from "../usage";

/** The product's id of a provider. */
export type ProviderId = string;

/** The wire format of a provider's API. answer-request.ts decides what happens to a request. */
export interface Dialect {
  readonly provider: ProviderId;
  /** Maximum input tokens, for all models. */
  readonly contextWindow: number;
  /** Whether a request without a key, or with any, is answered. */
  readonly keyless: boolean;
  /** Prefixes of this provider's keys, the usual one first; empty if they have none. */
  readonly keyBeginnings: readonly string[];
  /** Keys for the demo, in addition to those in demo-keys.ts. */
  readonly demoKeys?: readonly Omit<DemoKey, "provider">[];
  /** Path of this dialect in aimock. */
  modelPath(chat: ChatRequest): string;
  /** aimock's finish reason for an answer cut short for its content; null if such a request is refused. */
  readonly refusedFinishReason: string | null;

  keyOf(headers: IncomingHttpHeaders): string | null;
  /** Headers of every answer. */
  headers(requestId: string): Record<string, string>;
  endpoint(method: string, path: string): Endpoint | undefined;
  /** The error in the headers of a request, if any. */
  headerFailure(headers: IncomingHttpHeaders): Failure | undefined;
  /** @param account the key's account, for checks of values bound to an account */
  readChat(body: unknown, account: string, path: string): ChatReading;
  isKnownModel(model: string): boolean;
  refusal(failure: Failure, requestId: string): Refusal;
  /**
   * Signature of thinking for this account, checked in later requests; undefined if the provider has none.
   */
  thinkingSignature(thinking: string, account: string): string | undefined;
  /** Converts aimock's answer where it differs from the provider's. */
  reshape(answer: AnswerFacts): AnswerReshaping;
  readonly stream: StreamFacts;
}

/** "chat" goes to the model; all others are answered directly. */
export type Endpoint = { kind: "chat"; isPublic: false } | DirectEndpoint;

interface DirectEndpoint {
  /** "admin": for keys of an organization's owner only. */
  kind: "models" | "other" | "admin";
  /** Whether it answers without a key, and with any. */
  isPublic: boolean;
  answer(asker: { key: string; behaviour: KeyBehaviour; search: URLSearchParams }): unknown;
}

export type ChatReading = { ok: true; chat: ChatRequest } | { ok: false; failure: Failure };

export interface ChatRequest {
  model: string;
  stream: boolean;
  /** Infinity if the request sets no limit. */
  maxTokens: number;
  /** Whether a streamed answer ends with its usage. */
  wantsUsage: boolean;
  conversation: Conversation;
}

export interface AnswerFacts {
  chat: ChatRequest;
  /** The account of the request's key. */
  account: string;
  usage: Usage;
  /** Undefined if the turn has no thinking. */
  signature: string | undefined;
}

export interface AnswerReshaping {
  /** Replaces one server-sent event, without its trailing empty line, by any number of events. */
  event(event: string): string[];
  /** Converts the body of a non-streamed answer. */
  whole(body: unknown): unknown;
}

/** What is needed to break a stream half-way. */
export interface StreamFacts {
  /** "delta": a piece of the answer; "end": the first part is complete. */
  stepOf(event: string): "delta" | "end" | "other";
  /** An event that ends inside its JSON. */
  readonly broken: string;
  /** Reports in mid-stream that the provider is overloaded. */
  error(requestId: string): string;
  /** The same for a request without streaming. */
  wholeError(requestId: string): Refusal;
}

/** A way in which a request is refused, before a provider says it in its own words (see dialects/<provider>/refusals.ts). */
export type Failure =
  | { kind: "no-key" }
  /** `quoted`: whether the whole key stands in the sentence. */
  | { kind: "unknown-key"; key: string; quoted: boolean }
  | { kind: "forbidden" }
  | { kind: "may-not-list" }
  | { kind: "no-credit" }
  | { kind: "rate-limited"; model: string }
  | { kind: "overloaded" }
  | { kind: "server-error"; message?: string }
  | { kind: "unknown-model"; model: string }
  | { kind: "model-not-allowed"; model: string }
  | { kind: "context-too-long"; tokens: number; maximum: number }
  | { kind: "content-refused"; model: string; text: string }
  | Malformed
  | { kind: "too-large" }
  | { kind: "not-found"; method: string; path: string };

/** A request the real API does not take for its form. `param` and `code` are OpenAI's. */
export interface Malformed {
  kind: "malformed";
  message: string;
  param?: string;
  code?: string;
}

/** Seconds a rate limit asks to wait. */
export const RETRY_AFTER_SECONDS = 7;

/** A refusal as it is sent. */
export interface Refusal {
  status: number;
  headers?: Record<string, string>;
  body: unknown;
}

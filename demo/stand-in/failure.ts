/** A reason to refuse a request; dialects/<provider>/refusals.ts has the provider's error for it. */
export type Failure =
  | { kind: "no-key" }
  /** `quoted`: whether the message contains the whole key. */
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

/** A request the real API rejects as malformed. `param` and `code` are OpenAI's. */
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

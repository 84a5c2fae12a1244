import type { PROVIDER_FAILURE_CODES } from "@/contracts/error";

export type ProviderFailureCode = (typeof PROVIDER_FAILURE_CODES)[number];

/**
 * A provider did not serve a request. Carries our code and safe facts; never the provider's text, which may
 * echo part of the key ("Incorrect API key provided: sk-…abcd").
 */
export class ProviderFailure extends Error {
  override name = "ProviderFailure";
  readonly code: ProviderFailureCode;
  /** HTTP status, if the provider responded. */
  readonly status: number | undefined;
  /** Seconds the provider asked to wait, if it did. */
  readonly retryAfterSeconds: number | undefined;
  /** The provider's request id, for its support. */
  readonly requestId: string | undefined;
  /** An optional field of the request that it does not know, and would answer without. */
  readonly refusedField: "stream_options" | undefined;

  constructor(
    code: ProviderFailureCode,
    facts: {
      status?: number;
      retryAfterSeconds?: number;
      requestId?: string;
      refusedField?: "stream_options";
      cause?: unknown;
    } = {},
  ) {
    super(code, { cause: facts.cause });
    this.code = code;
    this.status = facts.status;
    this.retryAfterSeconds = facts.retryAfterSeconds;
    this.requestId = facts.requestId;
    this.refusedField = facts.refusedField;
  }
}

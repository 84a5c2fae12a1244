import type { ErrorCode } from "@/contracts/error";

const STATUS_BY_CODE: Partial<Record<ErrorCode, number>> = {
  unauthorized: 401,
  forbidden_origin: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  request_too_large: 413,
  conversation_too_large: 413,
  unsupported_content_type: 415,
  rate_limited: 429,
  vault_access_denied: 403,
  internal_error: 500,
  unavailable: 503,
  key_store_unavailable: 503,
};

/**
 * An error a person may see. `message` is the sentence shown (what happened and what to do next) and must never hold a
 * secret or text from a provider; `cause` is for the log only.
 */
export class AppError extends Error {
  override name = "AppError";
  readonly code: ErrorCode;
  readonly headers: Record<string, string>;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; headers?: Record<string, string> } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.headers = options.headers ?? {};
  }

  /** HTTP status; what is not listed is the caller's mistake (400). */
  get status(): number {
    return STATUS_BY_CODE[this.code] ?? 400;
  }
}

/** The same answer for "does not exist" and "belongs to somebody else", so that ids cannot be probed. */
export function notFound(what: string): AppError {
  return new AppError("not_found", `This ${what} does not exist, or you have no access to it.`);
}

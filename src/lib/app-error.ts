import { ERROR_TABLE, type ErrorAction, type OwnErrorCode } from "@/contracts/error-table";
import type { Fits, RefusedLimit } from "@/contracts/spending-limits";

/**
 * An error a person may see. `message` is the sentence shown (what happened and what to do next) and must
 * never hold a secret or text from a provider; `cause` is for the log only.
 */
export class AppError extends Error {
  override name = "AppError";
  readonly code: OwnErrorCode;
  readonly headers: Record<string, string>;
  /** The address of a custom endpoint that was probably meant instead of the one that was refused. */
  readonly proposedAddress: string | undefined;
  /** The limit of spending that refused the request, and what would fit. */
  readonly refusedBy: { limit: RefusedLimit; fits: Fits } | undefined;

  constructor(
    code: OwnErrorCode,
    message: string,
    options: {
      cause?: unknown;
      headers?: Record<string, string>;
      proposedAddress?: string;
      refusedBy?: { limit: RefusedLimit; fits: Fits };
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.headers = options.headers ?? {};
    this.proposedAddress = options.proposedAddress;
    this.refusedBy = options.refusedBy;
  }

  get status(): number {
    return ERROR_TABLE[this.code].status;
  }

  get actions(): readonly ErrorAction[] {
    return ERROR_TABLE[this.code].actions;
  }
}

/** The same answer for "does not exist" and "belongs to another person", so that ids cannot be probed. */
export function notFound(what: string): AppError {
  return new AppError("not_found", `This ${what} does not exist, or you have no access to it.`);
}

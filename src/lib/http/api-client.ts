import type { ErrorCode, ErrorResponse } from "@/contracts/error";
import type { ErrorAction } from "@/contracts/error-table";

/** An error response of our own API, with the sentence the server wrote for the person. */
export class ApiError extends Error {
  override name = "ApiError";
  readonly status: number;
  readonly code: ErrorCode | "network";
  /** The most likely fix, according to the server. */
  readonly action: ErrorAction | undefined;
  /** The address that was probably meant instead of the one that was refused. */
  readonly proposedAddress: string | undefined;

  constructor(
    message: string,
    status: number,
    code: ErrorCode | "network",
    options: { action?: ErrorAction | undefined; proposedAddress?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.status = status;
    this.code = code;
    this.action = options.action;
    this.proposedAddress = options.proposedAddress;
  }
}

/**
 * Calls our own JSON API from the browser with the session cookie.
 *
 * @param path same-origin path such as `/api/v1/projects`
 * @param init `body` is sent as JSON
 * @returns the parsed answer; the caller names its type from `contracts/`
 * @throws ApiError with the server's sentence, or with code `network` when the server could not be reached
 */
export async function callApi<Answer>(
  path: `/api/${string}`,
  init: { method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE"; body?: unknown; signal?: AbortSignal } = {},
): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(path, {
      method: init.method ?? "GET",
      ...(init.body === undefined
        ? {}
        : { body: JSON.stringify(init.body), headers: { "content-type": "application/json" } }),
      signal: init.signal ?? null,
      credentials: "same-origin",
    });
  } catch (cause) {
    throw new ApiError("The server cannot be reached. Check your connection and try again.", 0, "network", {
      cause,
    });
  }
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer as Answer;
  const failure = answer as Partial<ErrorResponse> | null;
  throw new ApiError(
    failure?.error ?? "The server could not answer. Try again in a moment.",
    response.status,
    failure?.code ?? "internal_error",
    { action: failure?.action, proposedAddress: failure?.proposedAddress },
  );
}

import type { UIMessageChunk } from "ai";
import type { ChatError } from "@/contracts/chat";
import type { ErrorResponse } from "@/contracts/error";
import { errorBody } from "@/contracts/error-body";
import type { OwnErrorCode } from "@/contracts/error-table";

/** The network failed before any response. */
export const UNREACHABLE: ChatError = {
  code: "stream_interrupted",
  message: "The server cannot be reached. Check your connection and try again. Your message is kept here.",
  action: "retry",
};
export const UNREADABLE: ChatError = {
  code: "internal_error",
  message: "The server's answer could not be read. Try again in a moment.",
  action: "retry",
};

/** The agent answered a request with something other than a stream, or could not be reached. */
export class ChatFailure extends Error {
  readonly chatError: ChatError;
  /** HTTP status; 0 without a response. */
  readonly status: number;

  constructor(chatError: ChatError, status: number) {
    super(chatError.message);
    this.chatError = chatError;
    this.status = status;
  }

  /** Whether the same request may succeed later, without anybody doing anything. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Another answer of the thread is running: one at a time. */
export class ThreadBusy extends Error {}

/** The stream of an answer broke off. The answer itself goes on, or has ended, at the server. */
export class BrokenStream extends Error {}

/** The error and actions in the body of an error response, of any status. */
export async function refusalOf(response: Response): Promise<ChatError> {
  const body = (await response.json().catch(() => null)) as Partial<ErrorResponse> | null;
  const sentence = body?.error ?? UNREADABLE.message;
  const { code, action, otherActions, limit, fits } = body?.code
    ? { ...body, code: body.code }
    : errorBody(codeOfStatus(response.status), sentence);
  const retryAt = momentAfter(response.headers.get("retry-after"));
  return {
    code,
    message: sentence,
    action: action ?? null,
    ...(otherActions ? { otherActions } : {}),
    ...(retryAt ? { retryAt } : {}),
    ...(limit ? { limit } : {}),
    ...(fits ? { fits } : {}),
  };
}

/** @param seconds as `Retry-After` gives them (RFC 9110, 10.2.3); we do not send its other form, a date */
function momentAfter(seconds: string | null): string | null {
  return seconds && /^\d{1,5}$/.test(seconds)
    ? new Date(Date.now() + Number(seconds) * 1000).toISOString()
    : null;
}

/** For responses that are not ours, such as a proxy's. */
function codeOfStatus(status: number): OwnErrorCode {
  if (status === 401) return "unauthorized";
  if (status === 413) return "conversation_too_large";
  if (status === 429) return "rate_limited";
  return "unavailable";
}

/**
 * The failure in the form the server streams: the part stays on the message permanently, the error ends the
 * stream.
 */
export function failureChunks(failure: ChatError): UIMessageChunk[] {
  return [
    { type: "data-chat-error", data: failure },
    { type: "error", errorText: failure.message },
  ];
}

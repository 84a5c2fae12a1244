import { errorBody } from "@/contracts/error-body";
import { ApiError } from "@/lib/http/api-client";
import { accessToken, forgetAccessToken } from "./access-token";
import { ChatFailure, refusalOf, UNREACHABLE, UNREADABLE } from "./chat-failure";

/**
 * `fetch` for the chat transport: adds the access token and retries once with a new one after a 401.
 *
 * @returns a response with the stream of an answer
 * @throws ChatFailure for every other response and without a connection; AbortError if it was stopped
 */
export async function chatFetch(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const response = await reach(input, init);
  if (!response.ok) throw new ChatFailure(await refusalOf(response));
  if (!response.headers.get("content-type")?.startsWith("text/event-stream"))
    throw new ChatFailure(UNREADABLE);
  return response;
}

async function reach(input: RequestInfo | URL, init: RequestInit): Promise<Response> {
  try {
    const response = await send(input, init);
    if (response.status !== 401) return response;
    await response.body?.cancel();
    forgetAccessToken();
    return await send(input, init);
  } catch (error) {
    if (error instanceof Error && error.name === "AbortError") throw error;
    if (error instanceof ApiError && error.code !== "network") return tokenRefusal(error);
    throw new ChatFailure(UNREACHABLE);
  }
}

async function send(input: RequestInfo | URL, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set("authorization", `Bearer ${await accessToken()}`);
  // The agent may run on another origin, which must not get our session cookie.
  return fetch(input, { ...init, headers, credentials: "omit" });
}

/** The token endpoint is Better Auth's, and its error messages are not for people. */
function tokenRefusal(error: ApiError): Response {
  const body =
    error.status === 401
      ? errorBody("unauthorized", "You are signed out. Sign in and send the message again.")
      : { error: error.message, code: error.code, action: error.action };
  return Response.json(body, { status: error.status });
}

import { errorBody } from "@/contracts/error-body";
import { ApiError } from "@/lib/http/api-client";
import { accessToken, forgetAccessToken } from "./access-token";
import { ChatFailure, refusalOf, UNREACHABLE, UNREADABLE } from "./chat-failure";

/** @returns the response, if it is the stream of an answer @throws ChatFailure for every other */
export async function streamOf(response: Response): Promise<Response> {
  if (!response.ok) throw new ChatFailure(await refusalOf(response), response.status);
  if (!response.headers.get("content-type")?.startsWith("text/event-stream"))
    throw new ChatFailure(UNREADABLE, response.status);
  return response;
}

/**
 * `fetch` for the agent's routes: adds the access token and retries once with a new one after a 401.
 *
 * @returns the response, of any status
 * @throws ChatFailure without a connection; AbortError if it was stopped
 */
export async function agentFetch(url: string, init: RequestInit = {}): Promise<Response> {
  try {
    const response = await send(url, init);
    if (response.status !== 401) return response;
    await response.body?.cancel();
    forgetAccessToken();
    return await send(url, init);
  } catch (error) {
    if (error instanceof Error && error.name === "AbortError") throw error;
    if (error instanceof ApiError && error.code !== "network") return tokenRefusal(error);
    throw new ChatFailure(UNREACHABLE, 0);
  }
}

async function send(url: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set("authorization", `Bearer ${await accessToken()}`);
  // The agent may run on another origin, which must not get our session cookie.
  return fetch(url, { ...init, headers, credentials: "omit" });
}

/** The token endpoint is Better Auth's, and its error messages are not for people. */
function tokenRefusal(error: ApiError): Response {
  const body =
    error.status === 401
      ? errorBody("unauthorized", "You are signed out. Sign in and send the message again.")
      : { error: error.message, code: error.code, action: error.action };
  return Response.json(body, { status: error.status });
}

import { errorBody } from "@/contracts/error-body";
import { ApiError } from "@/lib/http/api-client";
import { accessToken, forgetAccessToken } from "./access-token";
import { chatResponse, unreachableResponse } from "./chat-response";

/**
 * `fetch` for the chat transport: adds the bearer token, asks once more with a fresh one after a 401, and
 * turns every failure into an answer that carries its error (see chat-response.ts). Only being stopped still
 * throws.
 */
export async function chatFetch(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  try {
    let response = await send(input, init);
    if (response.status === 401) {
      await response.body?.cancel();
      forgetAccessToken();
      response = await send(input, init);
    }
    return await chatResponse(response);
  } catch (error) {
    if (error instanceof Error && error.name === "AbortError") throw error;
    if (error instanceof ApiError && error.code !== "network") return chatResponse(tokenRefusal(error));
    return unreachableResponse();
  }
}

async function send(input: RequestInfo | URL, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set("authorization", `Bearer ${await accessToken()}`);
  // The agent may run on another origin; our session cookie is none of its business.
  return fetch(input, { ...init, headers, credentials: "omit" });
}

/** The token endpoint is Better Auth's and words its errors for programs. */
function tokenRefusal(error: ApiError): Response {
  const body =
    error.status === 401
      ? errorBody("unauthorized", "You are signed out. Sign in and send the message again.")
      : { error: error.message, code: error.code, action: error.action };
  return Response.json(body, { status: error.status });
}

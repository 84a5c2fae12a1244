import "server-only";
import { errorResponse } from "@/lib/http/api-route";
import type { Auth } from "./auth";

/**
 * Better Auth's own handler, with our error shape on top: its errors are `{ message, code }`; ours add `error`, so that
 * every error of this server can be read the same way.
 */
export async function answerAuthRequest(request: Request, auth: Auth): Promise<Response> {
  try {
    const response = await auth.handler(request);
    response.headers.set("cache-control", "no-store");
    return response.ok || response.status < 400 ? response : withErrorSentence(response);
  } catch (error) {
    return errorResponse(error);
  }
}

async function withErrorSentence(response: Response): Promise<Response> {
  const body = (await response.json().catch(() => null)) as { message?: string; code?: string } | null;
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  const code = body?.code ?? (response.status === 401 ? "unauthorized" : "invalid_request");
  const error =
    body?.message ??
    (response.status === 401 ? "You are signed out. Sign in and try again." : "This request was refused.");
  return Response.json(
    { ...body, error, message: error, code: code.toLowerCase() },
    { status: response.status, headers },
  );
}

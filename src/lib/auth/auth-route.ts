import "server-only";
import { isAPIError } from "better-auth/api";
import { errorBody } from "@/contracts/error-body";
import { isOwnErrorCode } from "@/contracts/error-table";
import { AppError } from "@/lib/app-error";
import { errorResponse, readText } from "@/lib/http/api-route";
import type { Auth } from "./auth";
import { isServedByLibrary } from "./auth-endpoints";
import { toOwnError } from "./authority/altered-rows";
import { ownEndpoint } from "./own-endpoints";
import { withPreparedHash } from "./password-hash";

/** Sign-up is the largest request, with three short fields. */
const MAX_BODY_BYTES = 16 * 1024;

/**
 * Our own account endpoints, and of Better Auth's the ones the product uses (auth-endpoints.ts), with our
 * error format: its errors are `{ message, code }`; ours add `error`, so that every error of this server can
 * be read the same way. It reads a body of any size, so the size is limited here.
 */
export async function answerAuthRequest(request: Request, auth: Auth): Promise<Response> {
  try {
    const path = new URL(request.url).pathname.replace(/^\/api\/auth(?=\/)/, "");
    const own = ownEndpoint(request.method, path);
    if (own) return Response.json(await own(request, auth), { headers: { "cache-control": "no-store" } });
    if (!isServedByLibrary(request.method, path)) {
      throw new AppError("not_found", "There is nothing at this address.");
    }
    const limited = await withLimitedBody(request);
    const response = await withPreparedHash(() => auth.handler(limited));
    response.headers.set("cache-control", "no-store");
    return response.ok || response.status < 400 ? response : withErrorSentence(response);
  } catch (error) {
    return errorResponse(ownErrorOf(error));
  }
}

/** The library's errors, where our own endpoints meet them. */
function ownErrorOf(error: unknown): unknown {
  if (!isAPIError(error) || error.body?.code !== "unavailable") return toOwnError(error);
  return new AppError("unavailable", error.message, { cause: error, headers: { "retry-after": "5" } });
}

/** @throws AppError `request_too_large` */
async function withLimitedBody(request: Request): Promise<Request> {
  if (!request.body) return request;
  const { method, headers } = request;
  return new Request(request.url, { method, headers, body: await readText(request, MAX_BODY_BYTES) });
}

/** For responses of the library without a body. */
const FALLBACKS: Record<number, [code: string, sentence: string]> = {
  401: ["unauthorized", "You are signed out. Sign in and try again."],
  404: ["not_found", "There is nothing at this address."],
  500: ["internal_error", "Something went wrong on the server. Try again in a moment."],
};

async function withErrorSentence(response: Response): Promise<Response> {
  const body = (await response.json().catch(() => null)) as { message?: string; code?: string } | null;
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  const [fallbackCode, fallbackSentence] = FALLBACKS[response.status] ?? [
    "invalid_request",
    "This request was refused.",
  ];
  const code = (body?.code ?? fallbackCode).toLowerCase();
  const error = body?.message ?? fallbackSentence;
  const ours = isOwnErrorCode(code) ? errorBody(code, error) : { error, code };
  return Response.json({ ...body, ...ours, message: error }, { status: response.status, headers });
}

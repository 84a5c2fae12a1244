import "server-only";
import type { z } from "zod";
import { errorBody } from "@/contracts/error-body";
import { AppError } from "@/lib/app-error";
import { type SignedInUser, userOfHeaders } from "@/lib/auth/current-user";
import { databaseFailure } from "@/lib/db/database-failure";
import { environment } from "@/lib/env.server";
import { logger } from "@/lib/logger";

const NO_STORE = { "cache-control": "no-store" };

type RouteContext<Params> = { params: Promise<Params> };

/**
 * Wraps a route handler of `app/api/v1`: authenticates by session cookie, refuses cross-site writes, and
 * turns every error into an error response (contracts/error.ts) with its status. The handler only parses,
 * calls one verb and returns its answer; a `Response` if that is not JSON.
 */
export function apiRoute<Params = Record<string, never>>(
  handle: (call: { request: Request; url: URL; user: SignedInUser; params: Params }) => Promise<unknown>,
): (request: Request, context: RouteContext<Params>) => Promise<Response> {
  return async (request, context) => {
    try {
      refuseCrossSiteWrite(request);
      const user = await userOfHeaders(request.headers);
      if (!user) throw new AppError("unauthorized", "You are signed out. Sign in and try again.");
      const answer = await handle({ request, url: new URL(request.url), user, params: await context.params });
      return toResponse(answer);
    } catch (error) {
      return errorResponse(error);
    }
  };
}

/** A verb's answer as JSON; a file is answered as it is. */
export function toResponse(answer: unknown): Response {
  return answer instanceof Response ? answer : Response.json(answer, { headers: NO_STORE });
}

/** The response for a caught error. Anything but an AppError is logged and becomes "Something went wrong". */
export function errorResponse(error: unknown): Response {
  const known = error instanceof AppError ? error : unexpected(error);
  const { proposedAddress, refusedBy } = known;
  const body = {
    ...errorBody(known.code, known.message),
    ...(proposedAddress ? { proposedAddress } : {}),
    ...refusedBy,
  };
  return Response.json(body, {
    status: known.status,
    headers: { ...NO_STORE, ...known.headers },
  });
}

function unexpected(error: unknown): AppError {
  logger.error({ err: error }, "a request failed unexpectedly");
  return (
    databaseFailure(error) ??
    new AppError(
      "internal_error",
      "Something went wrong on the server. Nothing was changed. Try again in a moment.",
      { cause: error },
    )
  );
}

/**
 * Some browsers send cookies with cross-site requests in corner cases; a foreign `Origin` on a write is
 * refused. Programs without an `Origin` (curl) carry no ambient cookie and pass.
 */
export function refuseCrossSiteWrite(request: Request): void {
  if (request.method === "GET" || request.method === "HEAD") return;
  const origin = request.headers.get("origin");
  if (origin === null) return;
  const host = URL.canParse(origin) ? new URL(origin).host : null;
  if (host !== null && (host === request.headers.get("host") || host === new URL(environment().APP_URL).host))
    return;
  throw new AppError("forbidden_origin", "This request came from another site and was refused.");
}

/**
 * Reads a JSON body of at most `maxBytes` and checks it.
 *
 * @throws AppError `unsupported_content_type`, `request_too_large`, `invalid_json`, or `code` with the first
 * problem's sentence
 */
export async function readJson<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
  options: { maxBytes: number; code?: "invalid_request" | "invalid_messages" },
): Promise<z.output<Schema>> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    throw new AppError(
      "unsupported_content_type",
      "Send the request as JSON (content-type: application/json).",
    );
  }
  const text = await readText(request, options.maxBytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    // The parser's message quotes the input, which may hold a key: it is dropped.
    void cause;
    throw new AppError("invalid_json", "The request is not valid JSON.");
  }
  if (isDeeperThan(value, MAX_JSON_DEPTH)) {
    throw new AppError(options.code ?? "invalid_request", "The request is nested too deeply.");
  }
  return parseInput(schema, value, options.code);
}

/**
 * Far deeper than any request of ours. Deeper ones overflow the stack of later code: JSON.stringify,
 * Postgres.
 */
const MAX_JSON_DEPTH = 64;

/** Goes no deeper than the limit itself. */
function isDeeperThan(value: unknown, limit: number): boolean {
  if (limit < 0) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((item) => isDeeperThan(item, limit - 1));
}

/** Validates external input (query, params, body) against a schema of `contracts/`. */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  code: "invalid_request" | "invalid_messages" = "invalid_request",
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new AppError(code, issue ? sentenceOf(issue) : "The request is not valid.");
}

function sentenceOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") {
    return `The request has fields that are not known here: ${issue.keys
      .map((key) => key.slice(0, 40))
      .join(", ")
      .slice(0, 200)}.`;
  }
  const place = issue.path.length > 0 ? ` (${issue.path.map(String).join(".").slice(0, 80)})` : "";
  // Sentences of our own contracts end with a full stop; zod's defaults do not and name types, never values.
  return issue.message.endsWith(".") ? issue.message : `The request is not valid${place}: ${issue.message}.`;
}

/**
 * How much is read past the limit and discarded: unread bytes block the connection for the client's next
 * request.
 */
const MAX_DISCARDED_BYTES = 32 * 1024 * 1024;

/** The body as text. @throws AppError `request_too_large` when it has more than `maxBytes` */
export async function readText(request: Request, maxBytes: number): Promise<string> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  // Counted while reading, because content-length may be missing or wrong.
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_DISCARDED_BYTES) break;
    if (size <= maxBytes) text += decoder.decode(chunk, { stream: true });
  }
  if (size > maxBytes) throw tooLarge(maxBytes);
  return text + decoder.decode();
}

function tooLarge(maxBytes: number): AppError {
  const sentence = `The request is too large: at most ${Math.floor(maxBytes / 1024)} kB fit.`;
  return new AppError("request_too_large", sentence);
}

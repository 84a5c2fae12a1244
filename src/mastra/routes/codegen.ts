import { createUIMessageStreamResponse } from "ai";
import { type ChatRequest, chatRequestSchema } from "@/contracts/chat";
import { CHAT_BODY_MAX_BYTES } from "@/contracts/limits";
import { parseSelection } from "@/domain/runs/parse-selection";
import { prepareRun } from "@/domain/runs/prepare-run";
import { startRun } from "@/domain/runs/start-run";
import { AppError } from "@/lib/app-error";
import { userOfBearerToken } from "@/lib/auth/bearer";
import { readJson } from "@/lib/http/api-route";
import { keepStreamAlive } from "@/lib/http/keep-stream-alive";
import { answerRun } from "../lib/answer-run";

/**
 * `no-transform` turns off the server's compression: flushing gzip for every token took a fifth of the CPU
 * time of a message and saved few bytes. `x-accel-buffering` makes an nginx in front pass tokens on
 * immediately.
 */
const STREAM_HEADERS = { "cache-control": "no-store, no-transform", "x-accel-buffering": "no" };

/**
 * One message, one key: authenticates, parses, prepares the run, then streams the agent's answer as AI SDK UI
 * messages. Everything that can be refused is refused before anything is sent to a provider.
 *
 * @throws AppError for a request that cannot be served
 */
export async function answerCodegenRequest(request: Request): Promise<Response> {
  const arrivedAt = performance.now();
  const actor = await userOfBearerToken(request.headers.get("authorization"));
  if (!actor) throw new AppError("unauthorized", "You are signed out. Sign in and send the message again.");
  const query = new URL(request.url).searchParams;
  const projectId = query.get("projectId") ?? "";
  const selection = parseSelection(query);
  const conversation = await readConversation(request);
  const prepared = await prepareRun(actor, { ...conversation, projectId, selection, arrivedAt });
  const stream = startRun(prepared, answerRun, request.signal);
  const { body, headers } = createUIMessageStreamResponse({ stream, headers: STREAM_HEADERS });
  const events = body && keepStreamAlive(body);
  if (events) cancelUnread(events, request.signal);
  return new Response(events, { headers });
}

/**
 * Of a client that is gone before its answer begins, Next neither reads the answer nor cancels it: what the
 * run holds would never be released.
 */
function cancelUnread(events: ReadableStream, signal: AbortSignal): void {
  const cancel = () => {
    // Locked means that somebody reads it, who cancels it too.
    if (!events.locked) events.cancel().catch(() => undefined);
  };
  if (signal.aborted) setImmediate(cancel);
  else signal.addEventListener("abort", () => setImmediate(cancel), { once: true });
}

function readConversation(request: Request): Promise<ChatRequest> {
  const limits = { maxBytes: CHAT_BODY_MAX_BYTES, code: "invalid_messages" } as const;
  return readJson(request, chatRequestSchema, limits).catch((error: unknown) => {
    if (!(error instanceof AppError && error.code === "request_too_large")) throw error;
    throw new AppError(
      "conversation_too_large",
      "This conversation is too large to send. Start a new thread to go on.",
    );
  });
}

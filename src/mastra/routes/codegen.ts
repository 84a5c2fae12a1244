import { codegenRequestSchema } from "@/contracts/chat";
import { CHAT_BODY_MAX_BYTES } from "@/contracts/limits";
import type { ModelSelection } from "@/contracts/model-selection";
import { parseSelection } from "@/domain/runs/parse-selection";
import { prepareRun } from "@/domain/runs/prepare-run";
import { readAccess } from "@/domain/runs/read-access";
import { startRun } from "@/domain/runs/start-run";
import { AppError } from "@/lib/app-error";
import { readJson } from "@/lib/http/api-route";
import { hangUpSignal } from "@/lib/http/hang-up-signal";
import { answerRun } from "../lib/answer-run";
import { streamAnswer } from "../lib/stream-answer";

/**
 * One message, one key: authenticates, parses, prepares the run, then streams the agent's answer as AI SDK UI
 * messages to its first viewer. Everything that can be refused is refused before anything is sent to a
 * provider.
 *
 * @throws AppError for a request that cannot be served
 */
export async function answerCodegenRequest(request: Request): Promise<Response> {
  const arrivedAt = performance.now();
  const query = new URL(request.url).searchParams;
  const projectId = query.get("projectId") ?? "";
  const [selection, refusal] = selectionIn(query);
  const access = await readAccess(request.headers.get("authorization"), { projectId, selection });
  if (!access) throw new AppError("unauthorized", "You are signed out. Sign in and send the message again.");
  // What is wrong with a message is told to whoever may send one.
  if (!selection) throw refusal;
  const conversation = await readConversation(request);
  const message = { ...conversation, projectId, selection, arrivedAt };
  const prepared = await prepareRun(access.actor, message, access);
  const live = startRun(prepared, answerRun);
  return streamAnswer({ ...prepared, events: live.watch(hangUpSignal(request)) });
}

function selectionIn(query: URLSearchParams): [ModelSelection, null] | [null, unknown] {
  try {
    return [parseSelection(query), null];
  } catch (error) {
    return [null, error];
  }
}

async function readConversation(request: Request) {
  const limits = { maxBytes: CHAT_BODY_MAX_BYTES, code: "invalid_messages" } as const;
  try {
    return await readJson(request, codegenRequestSchema, limits);
  } catch (error) {
    if (!(error instanceof AppError && error.code === "request_too_large")) throw error;
    throw new AppError(
      "conversation_too_large",
      "This conversation is too large to send. Start a new thread to go on.",
    );
  }
}

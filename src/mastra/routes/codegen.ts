import { codegenRequestSchema } from "@/contracts/chat";
import { CHAT_BODY_MAX_BYTES } from "@/contracts/limits";
import { parseSelection } from "@/domain/runs/parse-selection";
import { prepareRun } from "@/domain/runs/prepare-run";
import { startRun } from "@/domain/runs/start-run";
import { AppError } from "@/lib/app-error";
import { readJson } from "@/lib/http/api-route";
import { hangUpSignal } from "@/lib/http/hang-up-signal";
import { answerRun } from "../lib/answer-run";
import { requireBearer } from "../lib/require-bearer";
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
  const actor = await requireBearer(request, "You are signed out. Sign in and send the message again.");
  const query = new URL(request.url).searchParams;
  const projectId = query.get("projectId") ?? "";
  const selection = parseSelection(query);
  const conversation = await readConversation(request);
  const prepared = await prepareRun(actor, { ...conversation, projectId, selection, arrivedAt });
  const live = startRun(prepared, answerRun);
  return streamAnswer({ ...prepared, events: live.watch(hangUpSignal(request)) });
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

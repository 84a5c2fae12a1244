import { toAISdkStream } from "@mastra/ai-sdk";
import {
  createUIMessageStream,
  createUIMessageStreamResponse,
  generateId,
  type InferUIMessageChunk,
  type LanguageModelUsage,
  type UIMessage,
} from "ai";
import {
  CHAT_BODY_MAX_BYTES,
  type ChatError,
  type ChatMessageMetadata,
  type ChatRequest,
  chatRequestSchema,
} from "@/contracts/chat";
import {
  DEFAULT_MODEL_SELECTION,
  keyProviderSchema,
  type ModelSelection,
  modelIdSchema,
} from "@/contracts/model-selection";
import type { Actor } from "@/domain/actor";
import { ProviderFailure } from "@/domain/key-health/provider-failure";
import { checkModelAccess } from "@/domain/model-access/check-model-access";
import { modelAccessError } from "@/domain/model-access/model-access-error";
import { modelById } from "@/domain/model-catalog/models";
import { getProject } from "@/domain/projects/get-project";
import { appendThreadMessages, type MessageToAppend } from "@/domain/threads/append-thread-messages";
import { costOfRequest } from "@/domain/usage/cost-of-request";
import { recordUsage } from "@/domain/usage/record-usage";
import { AppError } from "@/lib/app-error";
import { userOfBearerToken } from "@/lib/auth/bearer";
import { readJson } from "@/lib/http/api-route";
import { logger } from "@/lib/logger";
import { mastra } from "..";
import { chatErrorOf } from "../lib/chat-error-of";
import { createCodegenContext } from "../lib/context";
import { toModelMessages } from "../lib/to-model-messages";

/** Tool rounds of one message; a run that needs more stops and can be continued by the person. */
const MAX_STEPS = 24;

/**
 * `no-transform` keeps the server's compression away: flushing gzip for every token cost a fifth of the CPU of a message
 * and saved a few bytes. `x-accel-buffering` tells nginx in front to pass tokens on at once.
 */
const STREAM_HEADERS = { "cache-control": "no-store, no-transform", "x-accel-buffering": "no" };

type CodegenMessage = UIMessage<ChatMessageMetadata, { "chat-error": ChatError }>;
type CodegenChunk = InferUIMessageChunk<CodegenMessage>;

/**
 * One message, one key: authenticate, parse, check access to project and key, then let the agent answer as a stream of
 * AI SDK UI messages. Everything that can be refused is refused before the first byte goes to a provider.
 *
 * @throws AppError for a request that cannot be served
 */
export async function answerCodegenRequest(request: Request): Promise<Response> {
  const startedAt = performance.now();
  const user = await userOfBearerToken(request.headers.get("authorization"));
  if (!user) throw new AppError("unauthorized", "You are signed out. Sign in and send the message again.");
  const query = new URL(request.url).searchParams;
  const selection = parseSelection(query);
  const { messages, threadId } = await readJson(request, chatRequestSchema, {
    maxBytes: CHAT_BODY_MAX_BYTES,
    code: "invalid_messages",
  }).catch(asConversationTooLarge);
  const modelMessages = await toModelMessages(messages);
  const [project, access] = await Promise.all([
    getProject(user, query.get("projectId") ?? ""),
    checkModelAccess(user, selection),
  ]);
  if (access.status !== "ok") throw modelAccessError(access.status);
  if (threadId) await appendThreadMessages(user, project.id, threadId, messages);

  const run: Run = {
    user,
    projectId: project.id,
    threadId,
    messages,
    messageId: generateId(),
    selection,
    metadata: {
      keyProvider: selection.provider,
      model: selection.model,
      ...(access.keyLast4 ? { keyLast4: access.keyLast4 } : {}),
    },
    startedAt,
    firstTokenMs: null,
    microUsd: null,
    lastError: null,
    failure: null,
  };
  const stream = createUIMessageStream<CodegenMessage>({
    generateId: () => run.messageId,
    execute: async ({ writer }) => {
      const answer = await mastra.getAgent("codegen").stream(modelMessages, {
        requestContext: createCodegenContext({ project, user, modelSelection: selection }),
        maxSteps: MAX_STEPS,
        abortSignal: request.signal,
      });
      const chunks = toAISdkStream(answer, {
        from: "agent",
        version: "v7",
        messageMetadata: ({ part }) => {
          if (part.type === "finish-step") addCost(run, part.usage);
          if (part.type === "finish") {
            run.metadata = {
              ...run.metadata,
              ...tokensOf(part.totalUsage),
              ...costOf(run),
              latency: latencyOf(run),
            };
          }
          return run.metadata;
        },
        onError: (error) => {
          run.lastError = chatErrorOf(error, selection.provider);
          return run.lastError.message;
        },
      });
      writer.merge(annotate(chunks as ReadableStream<CodegenChunk>, run));
    },
    onError: (error) => noteFailure(run, error),
    onEnd: ({ responseMessage, isAborted, isCancelled }) =>
      finish(run, responseMessage, request.signal.aborted || isAborted || isCancelled === true),
  });
  return createUIMessageStreamResponse({ stream, headers: STREAM_HEADERS });
}

interface Run {
  user: Actor;
  projectId: string;
  threadId: string | undefined;
  messages: ChatRequest["messages"];
  messageId: string;
  selection: ModelSelection;
  metadata: ChatMessageMetadata;
  startedAt: number;
  /** Milliseconds until the first piece of the answer; null before it. */
  firstTokenMs: number | null;
  /** Sum over the requests so far; null before the first, and for good once one of them has no known price. */
  microUsd: number | null | "unknown";
  /** What the stream's latest error chunk is about. */
  lastError: ChatError | null;
  /** Why the run as a whole failed. */
  failure: ChatError | null;
}

function parseSelection(query: URLSearchParams): ModelSelection {
  const provider = keyProviderSchema.safeParse(query.get("keyProvider") ?? DEFAULT_MODEL_SELECTION.provider);
  if (!provider.success) {
    throw new AppError(
      "unknown_key_provider",
      "Choose platform or personal as keyProvider. Nothing was sent.",
    );
  }
  const model = modelIdSchema.safeParse(query.get("model") ?? DEFAULT_MODEL_SELECTION.model);
  if (!model.success)
    throw new AppError("unknown_model", "This model is not known here. Choose one from the list.");
  return { provider: provider.data, model: model.data };
}

function asConversationTooLarge(error: unknown): never {
  if (error instanceof AppError && error.code === "request_too_large") {
    throw new AppError(
      "conversation_too_large",
      "This conversation is too large to send. Start a new thread to go on.",
    );
  }
  throw error;
}

/** Remembers the first failure of a run and gives the text that ends the stream. */
function noteFailure(run: Run, error: unknown): string {
  run.failure ??= chatErrorOf(error, run.selection.provider);
  return run.failure.message;
}

/**
 * Gives the answer its id, and puts the `data-chat-error` part before an `error` chunk: the part stays on the message for
 * good, while `error` alone would be shown on the last message only. An answer without any content is a failure too; a tool
 * call that failed is none, since the agent reads about it and goes on.
 */
function annotate(chunks: ReadableStream<CodegenChunk>, run: Run): ReadableStream<CodegenChunk> {
  let empty = true;
  return chunks.pipeThrough(
    new TransformStream<CodegenChunk, CodegenChunk>({
      transform(chunk, controller) {
        if (chunk.type === "text-delta" || chunk.type === "tool-input-start") {
          empty = false;
          run.firstTokenMs ??= elapsedMs(run);
        }
        if (chunk.type === "start") {
          controller.enqueue({ ...chunk, messageId: run.messageId });
          return;
        }
        if (chunk.type === "tool-output-error") {
          controller.enqueue({ ...chunk, errorText: "This tool call failed." });
          return;
        }
        if (chunk.type === "finish" && empty && !run.failure)
          noteFailure(run, new ProviderFailure("provider_bad_response"));
        else if (chunk.type !== "error") {
          controller.enqueue(chunk);
          return;
        }
        const failure = run.failure ?? run.lastError ?? chatErrorOf(null, run.selection.provider);
        run.failure = failure;
        controller.enqueue({ type: "data-chat-error", data: failure });
        controller.enqueue({ type: "error", errorText: failure.message });
        if (chunk.type === "finish") controller.enqueue(chunk);
      },
    }),
  );
}

/** Tokens of the whole run as the provider reported them; nothing when it reported none. */
function tokensOf(usage: LanguageModelUsage | undefined): Pick<ChatMessageMetadata, "usage"> {
  const { inputTokens, outputTokens, inputTokenDetails, outputTokenDetails } = usage ?? {};
  if (!inputTokens || outputTokens === undefined) return {};
  return {
    usage: {
      inputTokens,
      outputTokens,
      cachedInputTokens: inputTokenDetails?.cacheReadTokens ?? 0,
      ...(inputTokenDetails?.cacheWriteTokens
        ? { cacheWriteTokens: inputTokenDetails.cacheWriteTokens }
        : {}),
      ...(outputTokenDetails?.reasoningTokens ? { reasoningTokens: outputTokenDetails.reasoningTokens } : {}),
    },
  };
}

/** Adds what one request of the run cost. A run is priced whole or not at all: a sum with a hole in it would be too low. */
function addCost(run: Run, usage: LanguageModelUsage | undefined): void {
  const model = modelById(run.selection.model);
  const cost = costOfRequest(
    model.provider,
    model.id,
    {
      inputTokens: usage?.inputTokens ?? 0,
      cachedInputTokens: usage?.inputTokenDetails?.cacheReadTokens ?? 0,
      cacheWriteTokens: usage?.inputTokenDetails?.cacheWriteTokens ?? 0,
      outputTokens: usage?.outputTokens ?? 0,
    },
    new Date(),
  );
  if (cost === null || !usage?.inputTokens) run.microUsd = "unknown";
  else if (run.microUsd !== "unknown") run.microUsd = (run.microUsd ?? 0) + cost;
}

function costOf(run: Run): Pick<ChatMessageMetadata, "cost"> {
  return typeof run.microUsd === "number" ? { cost: { microUsd: run.microUsd, source: "estimated" } } : {};
}

function latencyOf(run: Run): NonNullable<ChatMessageMetadata["latency"]> {
  const first = run.firstTokenMs === null ? {} : { firstTokenMs: run.firstTokenMs };
  return { ...first, totalMs: elapsedMs(run) };
}

function elapsedMs(run: Run): number {
  return Math.round(performance.now() - run.startedAt);
}

/** Stores the answer, whole or as far as it came, and what it took. A failure here is logged: the person has the answer. */
async function finish(run: Run, answer: CodegenMessage, aborted: boolean): Promise<void> {
  const outcome = run.failure ? "failed" : aborted ? "aborted" : "completed";
  const usage = {
    projectId: run.projectId,
    messageId: run.messageId,
    selection: run.selection,
    keyLast4: run.metadata.keyLast4,
    outcome,
    errorCode: run.failure?.code,
    tokens: run.metadata.usage,
    cost: run.metadata.cost,
    durationMs: elapsedMs(run),
    firstTokenMs: run.firstTokenMs,
  } as const;
  const results = await Promise.allSettled([storeAnswer(run, answer), recordUsage(run.user, usage)]);
  for (const result of results) {
    if (result.status === "rejected")
      logger.error({ err: result.reason, outcome }, "an answer could not be stored");
  }
}

async function storeAnswer(run: Run, answer: CodegenMessage): Promise<void> {
  if (!run.threadId || answer.parts.length === 0) return;
  const stored = {
    ...answer,
    id: run.messageId,
    // What was stopped or failed has its times too, and what its whole requests cost.
    metadata: { latency: latencyOf(run), ...costOf(run), ...answer.metadata, ...run.metadata },
  } as MessageToAppend;
  try {
    await appendThreadMessages(run.user, run.projectId, run.threadId, [...run.messages, stored], {
      storeMetadataOf: run.messageId,
      createThread: false,
    });
  } catch (error) {
    // The person deleted the thread or the project while the answer came: there is nothing to keep it in.
    if (!(error instanceof AppError && error.code === "not_found")) throw error;
  }
}

import { toAISdkStream } from "@mastra/ai-sdk";
import {
  createUIMessageStream,
  createUIMessageStreamResponse,
  generateId,
  type InferUIMessageChunk,
  type UIMessage,
} from "ai";
import {
  CHAT_BODY_MAX_BYTES,
  type ChatError,
  type ChatMessageMetadata,
  type ChatRequest,
  chatRequestSchema,
} from "@/contracts/chat";
import type { ModelSelection } from "@/contracts/model-selection";
import { keyProviderOf } from "@/contracts/payer";
import type { Actor } from "@/domain/identity/actor";
import { findPayingKey, type PayingKey } from "@/domain/keys/find-paying-key";
import { learnFromChat } from "@/domain/keys/health/learn-from-chat";
import { getProject } from "@/domain/projects/get-project";
import { appendThreadMessages, type MessageToAppend } from "@/domain/projects/threads/append-thread-messages";
import { ProviderFailure } from "@/domain/providers/failures/provider-failure";
import { providerById } from "@/domain/providers/registry";
import { chatErrorOf } from "@/domain/runs/chat-error-of";
import type { Payer } from "@/domain/runs/diagnose-failure";
import { parseSelection } from "@/domain/runs/parse-selection";
import { toModelMessages } from "@/domain/runs/to-model-messages";
import { recordUsage } from "@/domain/spending/record-usage";
import { RunReceipt } from "@/domain/spending/run-receipt";
import { AppError } from "@/lib/app-error";
import { userOfBearerToken } from "@/lib/auth/bearer";
import { readJson } from "@/lib/http/api-route";
import { logger } from "@/lib/logger";
import { mastra } from "..";
import { createCodegenContext } from "../lib/context";

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
  const [project, payingKey] = await both(
    getProject(user, query.get("projectId") ?? ""),
    findPayingKey(user, selection),
  );
  const adapter = providerById(selection.provider);
  if (threadId) await appendThreadMessages(user, project.id, threadId, messages);

  const run: Run = {
    user,
    projectId: project.id,
    threadId,
    messages,
    messageId: generateId(),
    selection,
    payingKey,
    payer: {
      keyProvider: keyProviderOf(selection.payer),
      provider: adapter.facts,
      keyLabel: payingKey.source === "platform" ? null : payingKey.label,
      classifyRefusal: adapter.classifyRefusal,
    },
    metadata: {
      keyProvider: keyProviderOf(selection.payer),
      aiProvider: selection.provider,
      model: selection.model,
      ...(payingKey.source !== "platform"
        ? { keyId: payingKey.id, keyLabel: payingKey.label, keyLast4: payingKey.last4 }
        : {}),
    },
    receipt: new RunReceipt(adapter, selection.model),
    startedAt,
    firstTokenMs: null,
    lastError: null,
    failure: null,
  };
  const stream = createUIMessageStream<CodegenMessage>({
    generateId: () => run.messageId,
    execute: async ({ writer }) => {
      const answer = await mastra
        .getAgent("codegen")
        .stream(modelMessages, {
          requestContext: createCodegenContext({
            project,
            user,
            modelSelection: selection,
            payingKey,
            receipt: run.receipt,
          }),
          maxSteps: MAX_STEPS,
          abortSignal: request.signal,
        })
        .catch((error: unknown) => {
          // It could not even begin. The error stays on its message like every other.
          writer.write({ type: "start", messageId: run.messageId });
          noteFailure(run, error);
          if (run.failure) writer.write({ type: "data-chat-error", data: run.failure });
          throw error;
        });
      const chunks = toAISdkStream(answer, {
        from: "agent",
        version: "v7",
        sendReasoning: true,
        messageMetadata: ({ part }) => {
          notePaidWith(run);
          if (part.type === "finish-step") run.receipt.add(part);
          if (part.type === "finish") {
            run.metadata = { ...run.metadata, ...run.receipt.metadata, latency: latencyOf(run) };
          }
          return run.metadata;
        },
        onError: (error) => {
          run.lastError = chatErrorOf(error, run.payer);
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
  payingKey: PayingKey;
  payer: Payer;
  metadata: ChatMessageMetadata;
  receipt: RunReceipt;
  startedAt: number;
  /** Milliseconds until the first piece of the answer; null before it. */
  firstTokenMs: number | null;
  /** What the stream's latest error chunk is about. */
  lastError: ChatError | null;
  /** Why the run as a whole failed. */
  failure: ChatError | null;
}

/** Side by side; if both fail, the error is that of the first, however soon the other comes. */
async function both<First, Second>(first: Promise<First>, second: Promise<Second>): Promise<[First, Second]> {
  second.catch(() => undefined);
  return [await first, await second];
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

/** The key may have been replaced since it was checked, also between two requests: what is noted belongs to the secret that paid. */
function notePaidWith(run: Run): void {
  const { paidWith } = run.receipt;
  if (run.payingKey.source === "platform" || !paidWith) return;
  run.payingKey = { ...run.payingKey, ...paidWith };
  run.metadata = { ...run.metadata, keyLast4: paidWith.last4 };
}

/** Remembers the first failure of a run and gives the text that ends the stream. */
function noteFailure(run: Run, error: unknown): string {
  run.failure ??= chatErrorOf(error, run.payer);
  return run.failure.message;
}

/**
 * Gives the answer its id, and puts the `data-chat-error` part before an `error` chunk: the part stays on the message for
 * good, while `error` alone would be shown on the last message only. An answer without any content is a failure too; a tool
 * call that failed is none, since the agent reads about it and goes on. Reasoning is shown and kept as text only: its signature is
 * valid for one account, and no later message sends it (see to-model-messages.ts).
 */
function annotate(chunks: ReadableStream<CodegenChunk>, run: Run): ReadableStream<CodegenChunk> {
  let empty = true;
  return chunks.pipeThrough(
    new TransformStream<CodegenChunk, CodegenChunk>({
      transform(chunk, controller) {
        if (chunk.type === "text-delta" || chunk.type === "tool-input-start") empty = false;
        if (!empty || chunk.type === "reasoning-delta") run.firstTokenMs ??= elapsedMs(run);
        if (chunk.type === "start") {
          controller.enqueue({ ...chunk, messageId: run.messageId });
          return;
        }
        if (isReasoning(chunk)) {
          const { providerMetadata: _signature, ...shown } = chunk;
          controller.enqueue(shown);
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
        const failure = run.failure ?? run.lastError ?? chatErrorOf(null, run.payer);
        run.failure = failure;
        controller.enqueue({ type: "data-chat-error", data: failure });
        controller.enqueue({ type: "error", errorText: failure.message });
        if (chunk.type === "finish") controller.enqueue(chunk);
      },
    }),
  );
}

function isReasoning(
  chunk: CodegenChunk,
): chunk is Extract<CodegenChunk, { type: "reasoning-start" | "reasoning-delta" | "reasoning-end" }> {
  return (
    chunk.type === "reasoning-start" || chunk.type === "reasoning-delta" || chunk.type === "reasoning-end"
  );
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
  notePaidWith(run);
  const outcome = run.failure ? "failed" : aborted ? "aborted" : "completed";
  const usage = {
    projectId: run.projectId,
    messageId: run.messageId,
    threadId: run.threadId,
    selection: run.selection,
    key: run.payingKey.source === "platform" ? null : run.payingKey,
    outcome,
    errorCode: run.failure?.code,
    requests: run.receipt.requests,
    tokens: run.receipt.metadata.usage,
    cost: run.receipt.metadata.cost,
    price: run.receipt.price,
    durationMs: elapsedMs(run),
    firstTokenMs: run.firstTokenMs,
  } as const;
  const results = await Promise.allSettled([
    storeAnswer(run, answer),
    recordUsage(run.user, usage),
    learnFromChat(run.user, run.payingKey, whatHappened(run)),
  ]);
  for (const result of results) {
    if (result.status === "rejected")
      logger.error({ err: result.reason, outcome }, "an answer could not be stored");
  }
}

/** A message that was stopped before anything came says nothing about the key. */
function whatHappened(run: Run): Parameters<typeof learnFromChat>[2] {
  if (run.failure) return run.failure.code;
  return run.firstTokenMs === null ? null : "answered";
}

async function storeAnswer(run: Run, answer: CodegenMessage): Promise<void> {
  if (!run.threadId || answer.parts.length === 0) return;
  const stored = {
    ...answer,
    id: run.messageId,
    // What was stopped or failed has its times too, the tokens of its whole requests, and its cost if nothing of it is unknown.
    metadata: { latency: latencyOf(run), ...run.receipt.metadata, ...answer.metadata, ...run.metadata },
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

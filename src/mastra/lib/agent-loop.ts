import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4Prompt,
  LanguageModelV4StreamPart,
} from "@ai-sdk/provider";
import type { RequestContext } from "@mastra/core/request-context";
import type { StepReport } from "@/domain/providers/provider-adapter";
import type { RunChunk } from "@/domain/runs/run";
import { ChunkSink } from "./chunk-sink";
import { ModelRound } from "./model-round";
import { type AgentTools, callTool, definitionsOf } from "./run-tools";
import { stepReportOf } from "./step-report";

export interface AgentLoop {
  model: Pick<LanguageModelV4, "doStream">;
  /** Instructions and conversation. */
  prompt: LanguageModelV4Prompt;
  tools: AgentTools;
  /** Handed to the tools. */
  requestContext: RequestContext;
  /** Requests to the provider, at most. */
  maxSteps: number;
  /** Stops the answer, and the provider with it. */
  signal: AbortSignal;
  /** What the first chunk says of the answer. */
  metadata: RunChunk & { type: "start" };
  /** Called when a request has ended and its provider has said what it used. */
  onStep(report: StepReport): void;
  /** @returns the sentence for the person */
  onError(error: unknown): string;
}

/**
 * Lets a model answer with tools: sends a request, passes on what it streams, calls the tools it asks for,
 * and sends their results with the next request, until it asks for none. This is what an agent framework does
 * for each message, without the workflows it builds for that (docs/decisions/0035-agent-loop-and-server.md).
 * Sends each request once (but see wire/without-refused-options.ts): one message costs one successful call,
 * and the person decides whether to retry.
 *
 * @returns the answer as it arrives; a failure is its `error` chunk, and it ends without `finish` if it was
 *   stopped
 */
export function agentLoop(loop: AgentLoop): ReadableStream<RunChunk> {
  // Not AbortSignal.any: Node keeps such a signal for good while somebody listens to it, and with it the run.
  const ended = new AbortController();
  const { signal } = ended;
  if (loop.signal.aborted) ended.abort();
  else loop.signal.addEventListener("abort", () => ended.abort(), { once: true });
  const sink = new ChunkSink(() => ended.abort());
  signal.addEventListener("abort", () => sink.wake(), { once: true });
  answer({ ...loop, signal }, sink)
    .catch((error: unknown) => {
      if (!signal.aborted) sink.write({ type: "error", errorText: loop.onError(error) });
    })
    .finally(() => sink.close());
  return sink.stream;
}

async function answer(loop: AgentLoop, sink: ChunkSink): Promise<void> {
  const { signal } = loop;
  const prompt = [...loop.prompt];
  let finishReason: RunFinishReason = "other";
  for (let step = 0; step < loop.maxSteps; step += 1) {
    const round = new ModelRound();
    const begin = () => {
      if (step === 0) sink.write(loop.metadata);
      sink.write({ type: "start-step" });
    };
    // oxlint-disable-next-line no-await-in-loop -- each request repeats what the one before brought
    await streamRound(loop, { prompt, round, sink, begin });
    if (round.end) loop.onStep(stepReportOf(round.end));
    if (signal.aborted) return sink.write({ type: "abort" });
    for (const chunk of round.announcements) sink.write(chunk);
    if (round.error) {
      sink.write({ type: "error", errorText: loop.onError(round.error.thrown) });
      sink.write({ type: "finish-step" });
      finishReason = "error";
      break;
    }
    // oxlint-disable-next-line no-await-in-loop
    const results = await callTools(loop, round, sink);
    if (signal.aborted) return sink.write({ type: "abort" });
    sink.write({ type: "finish-step" });
    finishReason = round.end?.finishReason.unified ?? "other";
    // An answer that was cut off is not continued by itself: that would cost as much again.
    if (results.length === 0 || finishReason === "length") break;
    finishReason = "tool-calls";
    prompt.push({ role: "assistant", content: round.content }, { role: "tool", content: results });
  }
  sink.write({ type: "finish", finishReason });
}

type RunFinishReason = NonNullable<Extract<RunChunk, { type: "finish" }>["finishReason"]>;

/**
 * One request to the provider. What goes wrong with it is in `round.error`.
 *
 * @param request.begin called when the provider has answered or refused
 */
async function streamRound(
  { model, tools, signal }: AgentLoop,
  {
    prompt,
    round,
    sink,
    begin,
  }: { prompt: LanguageModelV4Prompt; round: ModelRound; sink: ChunkSink; begin: () => void },
): Promise<void> {
  const definitions = definitionsOf(tools);
  const options: LanguageModelV4CallOptions = {
    // A copy: the next round adds to it.
    prompt: [...prompt],
    ...(definitions.length > 0 ? { tools: definitions, toolChoice: { type: "auto" } } : {}),
    abortSignal: signal,
  };
  let reader: ReadableStreamDefaultReader<LanguageModelV4StreamPart> | undefined;
  try {
    const sent = model.doStream(options);
    const { stream } = await Promise.resolve(sent).finally(begin);
    reader = stream.getReader();
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- a stream
      const { done, value } = await reader.read();
      if (done || signal.aborted) return;
      for (const chunk of round.accept(value)) sink.write(chunk);
      if (round.error) return;
      // oxlint-disable-next-line no-await-in-loop
      await sink.ready();
    }
  } catch (error) {
    round.error ??= { thrown: error };
  } finally {
    // Of a stopped answer, and after an error: nothing more is wanted from the provider.
    reader?.cancel().catch(() => undefined);
  }
}

/**
 * One after the other, as the model wrote them: a later one may build on what an earlier one wrote. A stopped
 * answer does not wait for the call in progress, which ends by itself.
 */
async function callTools({ tools, requestContext, signal }: AgentLoop, round: ModelRound, sink: ChunkSink) {
  const results = [];
  const stopped = whenAborted(signal);
  for (const call of round.calls) {
    const called = callTool(tools, call, { requestContext, abortSignal: signal });
    // oxlint-disable-next-line no-await-in-loop
    const result = await Promise.race([called, stopped]);
    if (!result || signal.aborted) break;
    sink.write(result.chunk);
    results.push(result.part);
  }
  return results;
}

function whenAborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}

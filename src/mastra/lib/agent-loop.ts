import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4Prompt,
  LanguageModelV4StreamPart,
} from "@ai-sdk/provider";
import type { RequestContext } from "@mastra/core/request-context";
import type { ChunkSink } from "@/domain/runs/chunk-sink";
import type { RunChunk } from "@/domain/runs/run";
import { ModelRound } from "./model-round";
import { type AgentTools, callTool, definitionsOf } from "./run-tools";

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
  /**
   * Takes the answer as it arrives. A failure is its `error` chunk, and it ends without `finish` if it was
   * stopped.
   */
  sink: ChunkSink;
  /** @returns the sentence for the person */
  onError(error: unknown): string;
}

/**
 * Lets a model answer with tools: sends a request, passes on what it streams, calls the tools it asks for,
 * and sends their results with the next request, until it asks for none. This is what an agent framework does
 * for each message, without the workflows it builds for that (docs/decisions/0035-agent-loop-and-server.md).
 * Sends each request once (but see wire/without-refused-options.ts): one message costs one successful call,
 * and the person decides whether to retry.
 */
export async function agentLoop(loop: AgentLoop): Promise<void> {
  try {
    await answer(loop);
  } catch (error) {
    if (!loop.signal.aborted) loop.sink.write({ type: "error", errorText: loop.onError(error) });
  }
}

async function answer(loop: AgentLoop): Promise<void> {
  const { signal, sink } = loop;
  const prompt = [...loop.prompt];
  let finishReason: RunFinishReason = "other";
  for (let step = 0; step < loop.maxSteps; step += 1) {
    const round = new ModelRound();
    // oxlint-disable-next-line no-await-in-loop -- each request repeats what the one before brought
    await streamRound(loop, prompt, round);
    if (signal.aborted) return sink.write({ type: "abort" });
    for (const chunk of round.announcements) sink.write(chunk);
    if (round.error) {
      sink.write({ type: "error", errorText: loop.onError(round.error.thrown) });
      sink.write({ type: "finish-step" });
      finishReason = "error";
      break;
    }
    // oxlint-disable-next-line no-await-in-loop
    const results = await callTools(loop, round);
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

/** One request to the provider. What goes wrong with it is in `round.error`. */
async function streamRound(
  { model, tools, signal, sink }: AgentLoop,
  prompt: LanguageModelV4Prompt,
  round: ModelRound,
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
    const sent = Promise.resolve(model.doStream(options));
    // When the provider has answered or refused.
    const { stream } = await sent.finally(() => sink.write({ type: "start-step" }));
    reader = stream.getReader();
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- a stream
      const { done, value } = await reader.read();
      if (done || signal.aborted) return;
      for (const chunk of round.accept(value)) sink.write(chunk);
      if (round.error) return;
      // oxlint-disable-next-line no-await-in-loop
      if (sink.isFull) await sink.room();
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
async function callTools({ tools, requestContext, signal, sink }: AgentLoop, round: ModelRound) {
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

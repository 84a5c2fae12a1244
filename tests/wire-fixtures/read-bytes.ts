import { setTimeout as wait } from "node:timers/promises";
import type { ProviderId } from "@/contracts/provider";
import { failureOfStreamError } from "@/domain/providers/failures/failure-of-stream-error";
import { ProviderFailure } from "@/domain/providers/failures/provider-failure";
import { providerById } from "@/domain/providers/registry";
import { createKeyedFetch } from "@/domain/providers/transport/keyed-fetch";
import { newAnswerState } from "@/domain/providers/wire/answer-state";
import { reportedUsage } from "@/domain/providers/wire/token-counts";
import type { WireRequest } from "@/domain/providers/wire/wire-request";
import { Secret } from "@/lib/secret";
import { watchedModel } from "./watched-model";

/** What a provider's model makes of an answer. */
export interface ReadBytes {
  text: string;
  thoughts: string;
  calls: { name: string; input: string }[];
  /** The finish reason; null if the answer ended without one. */
  finish: string | null;
  /** Tokens in and out; undefined where nobody reported them. */
  usage: [number | undefined, number | undefined] | null;
  failure: string | null;
  retryAfterSeconds?: number | undefined;
  requests: number;
}

const baseUrl = "https://provider.invalid/v1";

export interface Bytes {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly pieces: readonly (string | Uint8Array)[];
  /** What follows the pieces: the end of the body, nothing, comments for ever, or a broken connection. */
  readonly ends?: "closed" | "open" | "comments" | "broken";
}

/** Gives the answers, one for each request, to the provider's own client as if they came from the network. */
export async function readBytes(provider: ProviderId, ...answers: Bytes[]): Promise<ReadBytes> {
  const adapter = providerById(provider);
  let requests = 0;
  const fetch = createKeyedFetch({
    baseUrl,
    keyHeader: adapter.keyHeader,
    classifyRefusal: adapter.classifyRefusal,
    openKey: () => Promise.resolve(new Secret("sk-0123456789")),
    timeoutMs: 10_000,
    fetch: () => {
      requests += 1;
      return Promise.resolve(responseOf(answers[Math.min(requests, answers.length) - 1]));
    },
  });
  const read: Omit<ReadBytes, "requests"> = {
    text: "",
    thoughts: "",
    calls: [],
    finish: null,
    usage: null,
    failure: null,
  };
  const codeOf = (error: unknown) =>
    failureIn(error)?.code ?? failureOfStreamError(error, adapter.classifyRefusal)?.code ?? String(error);
  try {
    const { model, wire } = watchedModel(adapter.buildModel("some-model", { baseUrl, fetch }));
    const { stream } = await model.doStream({
      prompt: [{ role: "user", content: [{ type: "text", text: "hello" }] }],
      tools: TOOLS,
    });
    for await (const part of stream) {
      if (part.type === "text-delta") read.text += part.delta;
      if (part.type === "reasoning-delta") read.thoughts += part.delta;
      if (part.type === "tool-call") read.calls.push({ name: part.toolName, input: part.input });
      if (part.type === "error") {
        read.failure ??= codeOf(part.error);
        const { retryAfterSeconds } = failureIn(part.error) ?? {};
        if (retryAfterSeconds !== undefined) read.retryAfterSeconds = retryAfterSeconds;
      }
      if (part.type === "finish") {
        read.finish = part.finishReason.unified;
        read.usage = reportedIn(wire);
      }
    }
  } catch (error) {
    read.failure ??= codeOf(error);
  }
  return { ...read, requests };
}

function reportedIn({ state }: WireRequest): ReadBytes["usage"] {
  const { counts, hasInput, hasOutput } = reportedUsage(state ?? newAnswerState());
  return [hasInput ? counts.inputTokens : undefined, hasOutput ? counts.outputTokens : undefined];
}

const TOOLS = [
  { type: "function" as const, name: "writeFile", inputSchema: { type: "object" as const, properties: {} } },
];

const encoder = new TextEncoder();

function responseOf(
  { status = 200, headers = { "content-type": "text/event-stream" }, pieces, ends = "closed" }: Bytes = {
    pieces: [],
  },
) {
  const left = [...pieces];
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const piece = left.shift();
      if (piece !== undefined) controller.enqueue(typeof piece === "string" ? encoder.encode(piece) : piece);
      else if (ends === "closed") controller.close();
      else if (ends === "broken") controller.error(new TypeError("terminated"));
      else if (ends === "comments") {
        await wait(50);
        controller.enqueue(encoder.encode(": waiting\n\n"));
      }
      // Else it stays open. A promise that never resolves would keep the stream from being cancelled.
    },
  });
  return new Response(body, { status, headers });
}

function failureIn(error: unknown): ProviderFailure | null {
  if (error instanceof ProviderFailure) return error;
  return error instanceof Error && error.cause !== undefined ? failureIn(error.cause) : null;
}

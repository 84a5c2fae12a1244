import "server-only";
import { randomUUID } from "node:crypto";
import type { Actor } from "@/domain/identity/actor";
import { recordUsage } from "@/domain/metering/record-usage";
import type { KeyThatPaid, UsageRow } from "@/domain/metering/usage-row";
import { tokensOfBytes, usedByRequest } from "@/domain/metering/used-by-request";
import type { ProviderAdapter, ProviderConnection } from "@/domain/providers/provider-adapter";
import type { KeyEcho } from "@/domain/providers/transport/key-echo";
import { bytesOf } from "@/domain/providers/wire/bytes-of";
import { isRecord, parsedJson } from "@/domain/providers/wire/wire-reader";
import { newWireRequest, requestIdIn } from "@/domain/providers/wire/wire-request";
import { logger } from "@/lib/logger";

/** Of an answer of one token. */
const MAX_CHARACTERS = 64 * 1024;

type MeteredConnection = ProviderConnection & { echo: KeyEcho };

/**
 * Meters the messages that a test of a key sends: an answer of one token costs something too. What is only
 * looked up, and what the provider refuses, is free and leaves no record.
 */
export class KeyTestMeter {
  readonly #adapter: ProviderAdapter;
  readonly #rows: { model: string; row: UsageRow }[] = [];

  constructor(adapter: ProviderAdapter) {
    this.#adapter = adapter;
  }

  /** The same connection, metered. @param keyThatPays null for a key that is stored nowhere */
  connection(connection: MeteredConnection, keyThatPays: () => KeyThatPaid | null): ProviderConnection {
    return {
      ...connection,
      fetch: async (input, init) => {
        const { body } = init ?? {};
        if (init?.method !== "POST" || typeof body !== "string") return connection.fetch(input, init);
        const [at, startedAt] = [new Date(), performance.now()];
        const response = await connection.fetch(input, init);
        const { status, headers } = response;
        const model = modelIn(body) ?? modelIn(input instanceof Request ? input.url : `${input}`);
        if (model === null || !response.body) return response;
        const answered = (text: string) => {
          const wire = { ...newWireRequest(), sentBytes: bytesOf(body), requestId: requestIdIn(headers) };
          const { classifyRefusal, newReader } = this.#adapter;
          const reader = newReader({ classifyRefusal, headers });
          reader.readWhole(text);
          // An error under status 200.
          if (reader.state.failure && !reader.state.usage.raw) return;
          const inputTokens = tokensOfBytes(wire.sentBytes);
          const seen = { wire: { ...wire, state: reader.state }, at, inputTokens };
          const row: UsageRow = {
            ...usedByRequest(this.#adapter, model, seen, connection.echo),
            id: randomUUID(),
            at,
            purpose: "key_test",
            round: 0,
            requests: 1,
            outcome: "completed",
            errorCode: null,
            durationMs: Math.round(performance.now() - startedAt),
            firstTokenMs: null,
            key: keyThatPays(),
          };
          this.#rows.push({ model, row });
        };
        return new Response(readAlong(response.body, answered), { status, headers });
      },
    };
  }

  /** Records what was used. A failure is only logged: the test has its result. */
  async record({ userId }: Actor): Promise<void> {
    const provider = this.#adapter.facts.id;
    const of = { userId, projectId: null, runId: null, threadId: null };
    const recorded = this.#rows.map(({ model, row }) =>
      recordUsage({ ...of, selection: { payer: "person", provider, model } }, [row]),
    );
    await Promise.all(recorded).catch((error: unknown) =>
      logger.error({ err: error }, "what a test of a key used was not recorded"),
    );
  }
}

/** The model in the body of a message, or in its address (Gemini). */
function modelIn(text: string): string | null {
  const body = parsedJson(text);
  if (isRecord(body)) return typeof body["model"] === "string" ? body["model"] : null;
  return /\/models\/([^/:]+):/.exec(text)?.[1] ?? null;
}

/** @param ended called once with the text, when no more of it is read */
function readAlong(body: ReadableStream<Uint8Array>, ended: (text: string) => void) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let hasEnded = false;
  const end = () => {
    if (!hasEnded) ended(text);
    hasEnded = true;
  };
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await reader.read();
      if (!done) {
        if (text.length < MAX_CHARACTERS) text += decoder.decode(value, { stream: true });
        controller.enqueue(value);
        return;
      }
      end();
      controller.close();
    },
    cancel(reason) {
      end();
      return reader.cancel(reason);
    },
  });
}

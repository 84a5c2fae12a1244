import { expect, test } from "vitest";
import type { ProviderId } from "@/contracts/provider";
import { providerById } from "@/domain/providers/registry";
import { readAnswer } from "@/domain/providers/wire/read-answer";
import { blockDelta, blockStart, chatCall, chunk, messageStart, sse, textDelta } from "./answer-events";

/** Pieces as each provider documents or is known to send them, of which an answer has thousands. */
const pieces: Record<ProviderId, string[]> = {
  openai: [
    sse({
      ...chunk({ role: "assistant", content: "", refusal: null }),
      service_tier: "default",
      system_fingerprint: "fp_1",
      usage: null,
      obfuscation: "x",
    }),
    sse({ ...chunk({ content: "word" }), usage: null }),
    sse(chunk({ tool_calls: [chatCall("")] })),
    sse(chunk({ tool_calls: [{ index: 0, function: { arguments: '{"pa' } }] })),
  ],
  "openai-compatible": [
    sse({
      choices: [
        {
          index: 0,
          delta: { role: "assistant", content: "word" },
          logprobs: null,
          finish_reason: null,
          stop_reason: null,
        },
      ],
    }),
    sse(chunk({ content: null, reasoning_content: "Hm." })),
    sse(
      chunk({ content: "word" }, null, {
        usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
      }),
    ),
    ": comment\n\n",
  ],
  openrouter: [
    sse({
      ...chunk({ role: "assistant", content: "word", reasoning: null, reasoning_details: [] }),
      provider: "X",
    }),
    sse(
      chunk({
        role: "assistant",
        content: "",
        reasoning: "Hm.",
        reasoning_details: [{ type: "reasoning.text", text: "Hm." }],
      }),
    ),
  ],
  mistral: [
    sse({ ...chunk({ content: "word" }), p: "abc" }),
    sse(chunk({ content: [{ type: "thinking", thinking: [{ type: "text", text: "Hm." }] }] })),
  ],
  anthropic: [
    messageStart,
    blockStart({ type: "text", text: "" }),
    textDelta("word"),
    blockDelta({ type: "text_delta", text: "wörd ✓" }),
  ],
  google: [
    sse({
      candidates: [{ content: { role: "model", parts: [{ text: "word" }] }, index: 0 }],
      modelVersion: "m",
    }),
  ],
};

test.each(Object.entries(pieces))("%s: clean bytes pass as they are", async (provider, texts) => {
  const encoder = new TextEncoder();
  const given: Uint8Array[] = texts.map((text) => encoder.encode(text));
  const { newReader, classifyRefusal } = providerById(provider);
  const reader = newReader({ classifyRefusal, headers: new Headers() });
  // One after the other, or what comes together would be joined.
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const [writer, passed] = [writable.getWriter(), readAnswer(readable, reader, () => false).getReader()];
  const read: (Uint8Array | undefined)[] = [];
  for (const piece of given) {
    writer.write(piece).catch(() => undefined);
    // oxlint-disable-next-line no-await-in-loop
    read.push((await passed.read()).value);
  }
  // The very same arrays, not equal ones: nothing was parsed, repaired and written again.
  expect(read.map((piece) => piece && given.indexOf(piece))).toEqual(given.map((_piece, index) => index));
});

test("what comes together after the first word is one piece for the provider's client", async () => {
  const { newReader, classifyRefusal } = providerById("anthropic");
  const reader = newReader({ classifyRefusal, headers: new Headers() });
  const words = Array.from({ length: 500 }, (_, index) => `${index} "wörd" `);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const events = [messageStart, blockStart({ type: "text", text: "" }), textDelta("First ")];
      for (const event of [...events, ...words.map((word) => textDelta(word))]) {
        controller.enqueue(new TextEncoder().encode(event));
      }
      controller.close();
    },
  });
  const read: string[] = [];
  for await (const piece of readAnswer(body, reader, () => false)) read.push(new TextDecoder().decode(piece));
  expect(read.slice(2)).toHaveLength(2);
  expect(read[2]).toBe(textDelta("First "));
  expect(JSON.parse(read[3]?.replace(/^data: /, "") ?? "")).toMatchObject({
    delta: { text: words.join("") },
  });
});

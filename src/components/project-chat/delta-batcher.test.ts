import type { UIMessageChunk } from "ai";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { batchDeltas } from "./delta-batcher";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const text = (id: string, delta: string) => ({ type: "text-delta", id, delta }) as const;
const input = (toolCallId: string, inputTextDelta: string) =>
  ({ type: "tool-input-delta", toolCallId, inputTextDelta }) as const;
const inputOf = (chunk: UIMessageChunk) => (chunk.type === "tool-input-delta" ? chunk.inputTextDelta : "");

function batcher() {
  const chunks: UIMessageChunk[] = [];
  return { chunks, ...batchDeltas((chunk) => chunks.push(chunk)) };
}

test("the first delta is not delayed", () => {
  const { chunks, push } = batcher();
  push(text("1", "Hello"));
  expect(chunks).toEqual([text("1", "Hello")]);
});

test("deltas in quick succession are joined", () => {
  const { chunks, push } = batcher();
  for (const word of ["a", "b", "c", "d"]) push(text("1", word));
  expect(chunks).toEqual([text("1", "a")]);
  vi.advanceTimersByTime(40);
  expect(chunks).toEqual([text("1", "a"), text("1", "bcd")]);
});

test("the deltas of a slow answer pass unchanged", () => {
  const { chunks, push } = batcher();
  for (const word of ["a", "b", "c"]) {
    push(text("1", word));
    vi.advanceTimersByTime(100);
  }
  expect(chunks).toEqual([text("1", "a"), text("1", "b"), text("1", "c")]);
});

test("a steady stream is joined by window, and no character is lost", () => {
  const { chunks, push, flush } = batcher();
  for (let index = 0; index < 500; index++) {
    push(input("call", String(index % 10)));
    vi.advanceTimersByTime(4);
  }
  flush();
  expect(chunks.length).toBeLessThan(60);
  expect(chunks.map(inputOf).join("")).toBe("0123456789".repeat(50));
});

test("order is kept: pending text is emitted before another event", () => {
  const { chunks, push } = batcher();
  push(text("1", "a"));
  push(text("1", "b"));
  push({ type: "text-end", id: "1" });
  push(text("2", "c"));
  push({ type: "finish" });
  expect(chunks).toEqual([
    text("1", "a"),
    text("1", "b"),
    { type: "text-end", id: "1" },
    text("2", "c"),
    { type: "finish" },
  ]);
});

test("two tool calls at once are not mixed", () => {
  const { chunks, push, flush } = batcher();
  for (const chunk of [input("x", "1"), input("x", "2"), input("y", "3"), input("y", "4"), input("x", "5")])
    push(chunk);
  flush();
  const of = (id: string) =>
    chunks
      .filter((chunk) => "toolCallId" in chunk && chunk.toolCallId === id)
      .map(inputOf)
      .join("");
  expect([of("x"), of("y")]).toEqual(["125", "34"]);
});

test("a delta with more than its text passes unchanged", () => {
  const { chunks, push } = batcher();
  const signed: UIMessageChunk = { ...text("1", "b"), providerMetadata: { x: { y: 1 } } };
  push(text("1", "a"));
  push(signed);
  expect(chunks).toEqual([text("1", "a"), signed]);
});

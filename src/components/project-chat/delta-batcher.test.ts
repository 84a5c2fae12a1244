import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { batchDeltas } from "./delta-batcher";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const text = (id: string, delta: string) => `data: ${JSON.stringify({ type: "text-delta", id, delta })}`;
const input = (toolCallId: string, inputTextDelta: string) =>
  `data: ${JSON.stringify({ type: "tool-input-delta", toolCallId, inputTextDelta })}`;

function batcher() {
  const events: string[] = [];
  return { events, ...batchDeltas((event) => events.push(event)) };
}

test("the first word is not held back", () => {
  const { events, push } = batcher();
  push(text("1", "Hello"));
  expect(events).toEqual([text("1", "Hello")]);
});

test("what follows closely comes as one", () => {
  const { events, push } = batcher();
  for (const word of ["a", "b", "c", "d"]) push(text("1", word));
  expect(events).toEqual([text("1", "a")]);
  vi.advanceTimersByTime(40);
  expect(events).toEqual([text("1", "a"), text("1", "bcd")]);
});

test("a slow answer passes as it comes", () => {
  const { events, push } = batcher();
  for (const word of ["a", "b", "c"]) {
    push(text("1", word));
    vi.advanceTimersByTime(100);
  }
  expect(events).toEqual([text("1", "a"), text("1", "b"), text("1", "c")]);
});

test("a steady stream is cut into windows, and no character is lost", () => {
  const { events, push, flush } = batcher();
  for (let index = 0; index < 500; index++) {
    push(input("call", String(index % 10)));
    vi.advanceTimersByTime(4);
  }
  flush();
  expect(events.length).toBeLessThan(60);
  const joined = events.map(
    (event) => (JSON.parse(event.slice(6)) as { inputTextDelta: string }).inputTextDelta,
  );
  expect(joined.join("")).toBe("0123456789".repeat(50));
});

test("order is kept: another event waits for the text before it", () => {
  const { events, push } = batcher();
  push(text("1", "a"));
  push(text("1", "b"));
  push('data: {"type":"text-end","id":"1"}');
  push(text("2", "c"));
  push("data: [DONE]");
  expect(events).toEqual([
    text("1", "a"),
    text("1", "b"),
    'data: {"type":"text-end","id":"1"}',
    text("2", "c"),
    "data: [DONE]",
  ]);
});

test("two tool calls at once are not mixed", () => {
  const { events, push, flush } = batcher();
  for (const event of [input("x", "1"), input("x", "2"), input("y", "3"), input("y", "4"), input("x", "5")])
    push(event);
  flush();
  const of = (id: string) =>
    events
      .map((event) => JSON.parse(event.slice(6)) as { toolCallId: string; inputTextDelta: string })
      .filter((event) => event.toolCallId === id)
      .map((event) => event.inputTextDelta)
      .join("");
  expect([of("x"), of("y")]).toEqual(["125", "34"]);
});

test.each([
  'data: {"type":"text-delta","id":"1","delta":"a","providerMetadata":{"x":1}}',
  'data: {"type":"text-delta","id":"1"}',
  'data: {"type":"text-delta","id":"1","delta":"unfinished',
  ": comment",
])("what is not a plain delta passes untouched: %s", (event) => {
  const { events, push } = batcher();
  push(text("1", "a"));
  push(event);
  expect(events).toEqual([text("1", "a"), event]);
});

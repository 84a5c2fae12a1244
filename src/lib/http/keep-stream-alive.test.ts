import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keepStreamAlive, SILENT_FOR_MS } from "./keep-stream-alive";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function streamOfEvents() {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const reader = keepStreamAlive(readable).getReader();
  const begun = reader.read();
  return {
    begun: async () => new TextDecoder().decode((await begun).value),
    write: (text: string) => writer.write(new TextEncoder().encode(text)),
    close: () => writer.close(),
    read: async () => new TextDecoder().decode((await reader.read()).value),
    cancel: () => reader.cancel(),
  };
}

test("the first bytes leave before the first event", async () => {
  expect(await streamOfEvents().begun()).toBe(": keep-alive\n\n");
});

test("a stream that is silent gets a comment, again and again", async () => {
  const stream = streamOfEvents();
  for (let each = 0; each < 3; each++) {
    const next = stream.read();
    await vi.advanceTimersByTimeAsync(2 * SILENT_FOR_MS);
    expect(await next).toBe(": keep-alive\n\n");
  }
});

test("one that is busy gets none, and every event in order", async () => {
  const stream = streamOfEvents();
  for (let each = 0; each < 6; each++) {
    const next = stream.read();
    await stream.write(`data: ${each}\n\n`);
    expect(await next).toBe(`data: ${each}\n\n`);
    await vi.advanceTimersByTimeAsync(SILENT_FOR_MS / 2);
  }
});

test("nothing comes after its end, and no timer stays behind, whoever ends it", async () => {
  const ended = streamOfEvents();
  const last = ended.read();
  await ended.close();
  expect(await last).toBe("");
  await streamOfEvents().cancel();
  await vi.advanceTimersByTimeAsync(0);
  expect(vi.getTimerCount()).toBe(0);
});

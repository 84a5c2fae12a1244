import { expect, test, vi } from "vitest";
import { AnswerLog } from "./answer-log";

const encode = (text: string) => new TextEncoder().encode(text);
const nobody = () => undefined;

async function textOf(events: ReadableStream<Uint8Array>): Promise<string> {
  return new Response(events).text();
}

test("readers who come before, during and after the answer read the same, whole", async () => {
  const log = new AnswerLog();
  const words = Array.from({ length: 300 }, (_, index) => `${index} `);
  const before = textOf(log.read(nobody));
  const readers = [before];
  for (const [index, word] of words.entries()) {
    if (index % 50 === 49) readers.push(textOf(log.read(nobody)));
    log.append(encode(word));
    // oxlint-disable-next-line no-await-in-loop -- the readers get a turn
    if (index % 7 === 0) await Promise.resolve();
  }
  log.end();
  readers.push(textOf(log.read(nobody)));
  expect(new Set(await Promise.all(readers))).toEqual(new Set([words.join("")]));
});

test("a reader takes no more than it reads, so that slow ones cost nothing", async () => {
  const log = new AnswerLog();
  const readers = Array.from({ length: 18 }, () => log.read(nobody).getReader());
  for (let count = 0; count < 1000; count += 1) log.append(new Uint8Array(16 * 1024));
  const first = await Promise.all(readers.map((reader) => reader.read()));
  // The log's own bytes, not a copy for each.
  expect(new Set(first.map(({ value }) => value?.buffer)).size).toBe(1);
  expect(first.map(({ value }) => value?.byteLength)).toEqual(Array(18).fill(16 * 1024));
});

test("a reader has left once: at the end, when it cancels, when its client is gone", async () => {
  const log = new AnswerLog();
  const left = vi.fn<() => void>();
  const gone = new AbortController();
  const hungUp = log.read(left, gone.signal).getReader();
  gone.abort();
  await expect(hungUp.read()).rejects.toThrow("gone");
  expect(left).toHaveBeenCalledTimes(1);
  const cancelled = log.read(left, new AbortController().signal);
  await cancelled.cancel();
  expect(left).toHaveBeenCalledTimes(2);
  log.read(left, AbortSignal.abort());
  expect(left).toHaveBeenCalledTimes(3);
  log.end();
  await textOf(log.read(left));
  expect(left).toHaveBeenCalledTimes(4);
});

test.each([
  ["after the end", true],
  ["while the answer goes on", false],
])("a reader that takes nothing %s is given up, and has left", async (_when, isEnded) => {
  vi.useFakeTimers();
  try {
    const log = new AnswerLog();
    const left = vi.fn<() => void>();
    const [still, slow, waits] = [left, nobody, nobody].map((each) => log.read(each).getReader());
    const waiting = waits?.read();
    // There is nothing to take.
    await vi.advanceTimersByTimeAsync(600_000);
    expect(left).not.toHaveBeenCalled();
    for (let count = 0; count < 4; count += 1) log.append(new Uint8Array(16 * 1024));
    if (isEnded) log.end();
    for (let count = 0; count < 4; count += 1) {
      // oxlint-disable-next-line no-await-in-loop
      expect(await slow?.read()).toMatchObject({ done: false });
      // oxlint-disable-next-line no-await-in-loop
      await vi.advanceTimersByTimeAsync(60_000);
    }
    expect(left).toHaveBeenCalledTimes(1);
    await expect(still?.read()).rejects.toThrow("not read");
    expect(await waiting).toMatchObject({ done: false });
    log.end();
    expect(await slow?.read()).toMatchObject({ done: true });
  } finally {
    vi.useRealTimers();
  }
});

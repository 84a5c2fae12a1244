import { afterEach, expect, test, vi } from "vitest";
import { AnswerLog } from "./answer-log";
import { SILENT_FOR_MS } from "./answer-reader";

const COMMENT = ": keep-alive\n\n";

afterEach(() => void vi.useRealTimers());

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
  expect(new Set(await Promise.all(readers))).toEqual(new Set([COMMENT + words.join("")]));
});

test("a reader takes no more than it reads, so that slow ones cost nothing", async () => {
  const log = new AnswerLog();
  const readers = Array.from({ length: 18 }, () => log.read(nobody).getReader());
  for (let count = 0; count < 1000; count += 1) log.append(new Uint8Array(16 * 1024));
  await Promise.all(readers.map((reader) => reader.read()));
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
  const log = new AnswerLog();
  const left = vi.fn<() => void>();
  const [still, slow] = [left, nobody].map((each) => log.read(each).getReader());
  // There is nothing to take.
  await vi.advanceTimersByTimeAsync(600_000);
  expect(left).not.toHaveBeenCalled();
  for (let count = 0; count < 4; count += 1) log.append(new Uint8Array(16 * 1024));
  if (isEnded) log.end();
  for (let count = 0; count < 5; count += 1) {
    // oxlint-disable-next-line no-await-in-loop
    expect(await slow?.read()).toMatchObject({ done: false });
    // oxlint-disable-next-line no-await-in-loop
    await vi.advanceTimersByTimeAsync(60_000);
  }
  expect(left).toHaveBeenCalledTimes(1);
  await expect(still?.read()).rejects.toThrow("not read");
  log.end();
  expect(await slow?.read()).toMatchObject({ done: true });
});

function readOf(log: AnswerLog) {
  const reader = log.read(nobody).getReader();
  return async () => new TextDecoder().decode((await reader.read()).value);
}

test("the first bytes leave before the first event", async () => {
  expect(await readOf(new AnswerLog())()).toBe(COMMENT);
});

test("a silence gets a comment, again and again; a reader that does not read gets none on top", async () => {
  vi.useFakeTimers();
  const log = new AnswerLog();
  const [read, readLater] = [readOf(log), readOf(log)];
  await read();
  for (let each = 0; each < 3; each += 1) {
    const next = read();
    // oxlint-disable-next-line no-await-in-loop
    await vi.advanceTimersByTimeAsync(2 * SILENT_FOR_MS);
    // oxlint-disable-next-line no-await-in-loop
    expect(await next).toBe(COMMENT);
  }
  log.append(encode("data: 1\n\n"));
  expect([await readLater(), await readLater()]).toEqual([COMMENT, "data: 1\n\n"]);
});

test("a busy answer gets no comments, and every event in order; at its end no timer stays behind", async () => {
  vi.useFakeTimers();
  const log = new AnswerLog();
  const read = readOf(log);
  await read();
  for (let each = 0; each < 6; each += 1) {
    const next = read();
    log.append(encode(`data: ${each}\n\n`));
    // oxlint-disable-next-line no-await-in-loop
    expect(await next).toBe(`data: ${each}\n\n`);
    // oxlint-disable-next-line no-await-in-loop
    await vi.advanceTimersByTimeAsync(SILENT_FOR_MS / 2);
  }
  const last = read();
  log.end();
  expect(await last).toBe("");
  await log.read(nobody).cancel();
  expect(vi.getTimerCount()).toBe(0);
});

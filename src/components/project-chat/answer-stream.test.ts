import type { UIMessageChunk } from "ai";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { completeAnswer } from "./answer-stream";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a server that does not close the stream holds an answer's end back for three seconds at most", async () => {
  const server = new TransformStream<UIMessageChunk, UIMessageChunk>();
  const writer = server.writable.getWriter();
  const seen: string[] = [];
  const ended = completeAnswer(server.readable).pipeTo(
    new WritableStream({ write: (chunk) => void seen.push(chunk.type) }),
  );
  await writer.write({ type: "start", messageId: "m1" });
  await writer.write({ type: "finish" });
  await vi.advanceTimersByTimeAsync(2_900);
  expect(seen).toEqual(["start"]);
  await vi.advanceTimersByTimeAsync(200);
  await ended;
  expect(seen).toEqual(["start", "finish"]);
  // What the server still says is read, and nobody minds it.
  await writer.write({ type: "message-metadata", messageMetadata: {} });
  await writer.close();
});

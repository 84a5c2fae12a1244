import { consumeStream, createUIMessageStream } from "ai";
import { expect, test } from "vitest";
import { CondensedAnswer } from "./condensed-answer";
import type { RunChunk, RunMessage } from "./run";

const ANSWER: RunChunk[] = [
  { type: "start", messageId: "m" },
  { type: "start-step" },
  { type: "reasoning-start", id: "0" },
  { type: "reasoning-delta", id: "0", delta: "Let " },
  { type: "reasoning-delta", id: "0", delta: "me see" },
  { type: "reasoning-end", id: "0" },
  { type: "text-start", id: "0" },
  { type: "text-delta", id: "0", delta: "Two " },
  { type: "tool-input-start", toolCallId: "a", toolName: "writeFile" },
  { type: "text-delta", id: "0", delta: "files" },
  { type: "tool-input-start", toolCallId: "b", toolName: "readFile" },
  { type: "tool-input-delta", toolCallId: "a", inputTextDelta: '{"path":"a' },
  { type: "tool-input-delta", toolCallId: "b", inputTextDelta: '{"path":' },
  { type: "tool-input-delta", toolCallId: "a", inputTextDelta: '.txt"}' },
  { type: "text-end", id: "0" },
  { type: "tool-input-available", toolCallId: "a", toolName: "writeFile", input: { path: "a.txt" } },
  { type: "tool-output-available", toolCallId: "a", output: { size: 1 } },
  { type: "finish-step" },
  { type: "start-step" },
  { type: "text-start", id: "0" },
  { type: "text-delta", id: "0", delta: "Done" },
  { type: "data-chat-error", data: { code: "stream_interrupted", message: "It broke.", action: null } },
];

/** As the AI SDK reads it, piece by piece. */
async function readBySdk(chunks: RunChunk[]): Promise<RunMessage> {
  const read = Promise.withResolvers<RunMessage>();
  const stream = createUIMessageStream<RunMessage>({
    execute: ({ writer }) => {
      for (const chunk of chunks) writer.write(chunk);
    },
    onEnd: ({ responseMessage }) => read.resolve(responseMessage),
  });
  await consumeStream({ stream, onError: read.reject });
  return read.promise;
}

test("the message is the one the pieces make, at every place the answer may be cut", async () => {
  const condensed = new CondensedAnswer();
  for (const [index, chunk] of ANSWER.entries()) {
    condensed.take(chunk);
    // oxlint-disable-next-line no-await-in-loop
    expect(await condensed.message()).toEqual(await readBySdk(ANSWER.slice(0, index + 1)));
  }
});

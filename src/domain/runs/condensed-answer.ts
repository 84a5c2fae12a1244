import { setImmediate as nextTurn } from "node:timers/promises";
import { consumeStream, createUIMessageStream } from "ai";
import { type DeltaChunk, isDelta, joined, partOf } from "./delta-chunks";
import type { RunChunk, RunMessage } from "./run";

/** So many chunks are read without letting anybody else have a turn. */
const AT_ONCE = 256;

/**
 * What an answer has come to so far, in as few chunks as it takes: the pieces of each part as one. From them
 * its message can be made at any time, at the cost of its parts and not of its pieces.
 */
export class CondensedAnswer {
  readonly #chunks: (RunChunk | null)[] = [];
  /** Where the joined pieces of each open part are. */
  readonly #pieces = new Map<string, number>();

  take(chunk: RunChunk): void {
    // Told to the readers; `data-chat-error` is what stays on the message.
    if (chunk.type === "error") return;
    if (isDelta(chunk)) {
      this.#takeDelta(chunk);
      return;
    }
    switch (chunk.type) {
      case "text-start":
      case "reasoning-start":
        this.#pieces.delete(`${chunk.type === "text-start" ? "text-delta" : "reasoning-delta"} ${chunk.id}`);
        break;
      case "tool-input-start":
        this.#pieces.delete(`tool-input-delta ${chunk.toolCallId}`);
        break;
      case "tool-input-available":
      case "tool-input-error":
        this.#dropPieces(`tool-input-delta ${chunk.toolCallId}`);
        break;
      default:
    }
    this.#chunks.push(chunk);
  }

  #takeDelta(chunk: DeltaChunk): void {
    const part = partOf(chunk);
    const index = this.#pieces.get(part);
    const before = index === undefined ? undefined : this.#chunks[index];
    if (index !== undefined && before && isDelta(before)) {
      this.#chunks[index] = joined(before, chunk);
      return;
    }
    this.#pieces.set(part, this.#chunks.length);
    this.#chunks.push(chunk);
  }

  /** The input is known whole. */
  #dropPieces(part: string): void {
    const index = this.#pieces.get(part);
    if (index === undefined) return;
    this.#chunks[index] = null;
    this.#pieces.delete(part);
  }

  /** The message as it is now. */
  async message(): Promise<RunMessage> {
    const made = Promise.withResolvers<RunMessage>();
    const chunks = this.#chunks.filter((chunk) => chunk !== null);
    const stream = createUIMessageStream<RunMessage>({
      execute: async ({ writer }) => {
        for (const [index, chunk] of chunks.entries()) {
          // oxlint-disable-next-line no-await-in-loop
          if (index % AT_ONCE === AT_ONCE - 1) await nextTurn();
          writer.write(chunk);
        }
      },
      onEnd: ({ responseMessage }) => made.resolve(responseMessage),
    });
    void consumeStream({ stream, onError: made.reject });
    return made.promise;
  }
}

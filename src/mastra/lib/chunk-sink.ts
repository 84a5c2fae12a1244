import type { RunChunk } from "@/domain/runs/run";

/**
 * The chunks of an answer, for whoever reads them. What arrives in one turn of the event loop is passed on
 * together: the first piece at once, those behind it as one, since each chunk costs the same work on its way
 * to the page whether it carries a letter or a sentence.
 */
export class ChunkSink {
  readonly stream: ReadableStream<RunChunk>;
  #controller!: ReadableStreamDefaultController<RunChunk>;
  #waiting: (() => void) | undefined;
  #held: RunChunk | undefined;
  #isTurnOver = true;
  #isClosed = false;

  /** @param onCancel whoever read the answer does not want the rest */
  constructor(onCancel: () => void) {
    this.stream = new ReadableStream<RunChunk>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => this.wake(),
        cancel: () => {
          this.#isClosed = true;
          this.wake();
          onCancel();
        },
      },
      { highWaterMark: 16 },
    );
  }

  write(chunk: RunChunk): void {
    if (this.#isClosed) return;
    if (this.#isTurnOver) {
      this.#isTurnOver = false;
      setImmediate(() => {
        this.#isTurnOver = true;
        this.#release();
      });
      this.#enqueue(chunk);
      return;
    }
    const joined = this.#held && joinedDeltas(this.#held, chunk);
    if (joined) {
      this.#held = joined;
      return;
    }
    this.#release();
    if (isDelta(chunk)) this.#held = chunk;
    else this.#enqueue(chunk);
  }

  /** Waits while the reader is behind; until then the provider is not read either. */
  async ready(): Promise<void> {
    if (this.#isClosed || (this.#controller.desiredSize ?? 0) > 0) return;
    await new Promise<void>((resolve) => {
      this.#waiting = resolve;
    });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#release();
    this.#isClosed = true;
    this.#controller.close();
  }

  /** Ends the wait of `ready`: the reader has caught up, or the answer is being stopped. */
  wake(): void {
    this.#waiting?.();
    this.#waiting = undefined;
  }

  #release(): void {
    const held = this.#held;
    this.#held = undefined;
    if (held) this.#enqueue(held);
  }

  #enqueue(chunk: RunChunk): void {
    if (!this.#isClosed) this.#controller.enqueue(chunk);
  }
}

function isDelta({ type }: RunChunk): boolean {
  return type === "text-delta" || type === "reasoning-delta" || type === "tool-input-delta";
}

function joinedDeltas(first: RunChunk, next: RunChunk): RunChunk | undefined {
  if (first.type === "tool-input-delta") {
    return next.type === "tool-input-delta" && next.toolCallId === first.toolCallId
      ? { ...first, inputTextDelta: first.inputTextDelta + next.inputTextDelta }
      : undefined;
  }
  if (first.type !== "text-delta" && first.type !== "reasoning-delta") return undefined;
  return next.type === first.type && next.id === first.id
    ? { ...first, delta: first.delta + next.delta }
    : undefined;
}

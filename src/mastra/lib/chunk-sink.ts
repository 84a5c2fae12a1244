import { DeltaMerger } from "@/domain/runs/delta-merger";
import type { RunChunk } from "@/domain/runs/run";

/** The chunks of an answer, for whoever reads them; what arrives in one turn is passed on together. */
export class ChunkSink {
  readonly stream: ReadableStream<RunChunk>;
  readonly #merger = new DeltaMerger((chunk) => this.#enqueue(chunk));
  #controller!: ReadableStreamDefaultController<RunChunk>;
  #waiting: (() => void) | undefined;
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
    if (!this.#isClosed) this.#merger.take(chunk);
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
    this.#merger.flush();
    this.#isClosed = true;
    this.#controller.close();
  }

  /** Ends the wait of `ready`: the reader has caught up, or the answer is being stopped. */
  wake(): void {
    this.#waiting?.();
    this.#waiting = undefined;
  }

  #enqueue(chunk: RunChunk): void {
    if (!this.#isClosed) this.#controller.enqueue(chunk);
  }
}

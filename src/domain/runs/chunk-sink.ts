import { setImmediate as nextTurn } from "node:timers/promises";
import { isDelta, joined, partOf } from "./delta-chunks";
import type { RunChunk } from "./run";

/** So many chunks are taken without letting other requests have a turn. */
const AT_ONCE = 64;

/**
 * Takes the chunks of an answer from whoever writes them. What is written in one turn of the process is taken
 * together, and neighbouring pieces of one part are joined: some models send single letters, and each chunk
 * costs the same work on its way to the page whether it carries a letter or a sentence. The first piece of a
 * turn does not wait.
 */
export class ChunkSink {
  readonly #take: (chunks: RunChunk[]) => void;
  #waiting: RunChunk[] = [];
  #turn: NodeJS.Immediate | undefined;
  /** A piece was taken in this turn. */
  #hasPiece = false;
  #hasRoom: PromiseWithResolvers<void> | undefined;
  #isClosed = false;

  constructor(take: (chunks: RunChunk[]) => void) {
    this.#take = take;
  }

  write(chunk: RunChunk): void {
    if (this.#isClosed) return;
    const last = this.#waiting.at(-1);
    if (last && isDelta(last) && isDelta(chunk) && partOf(last) === partOf(chunk))
      this.#waiting[this.#waiting.length - 1] = joined(last, chunk);
    else this.#waiting.push(chunk);
    this.#turn ??= setImmediate(() => this.#nextTurn());
    if (isDelta(chunk) && !this.#hasPiece) {
      this.#hasPiece = true;
      this.#deliver();
    }
  }

  /** Whether more should wait for `room`. */
  get isFull(): boolean {
    return this.#waiting.length >= AT_ONCE;
  }

  room(): Promise<void> {
    if (!this.isFull || this.#isClosed) return Promise.resolve();
    this.#hasRoom ??= Promise.withResolvers();
    return this.#hasRoom.promise;
  }

  /** Nothing more will be written. @returns when everything is taken */
  async end(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#isClosed) {
      this.#deliver();
      // oxlint-disable-next-line no-await-in-loop -- others have their turn
      if (this.#waiting.length > 0) await nextTurn();
    }
    this.close();
  }

  /** What has been written is taken, and nothing more. */
  close(): void {
    if (this.#isClosed) return;
    while (this.#waiting.length > 0) this.#deliver();
    this.#isClosed = true;
    clearImmediate(this.#turn);
    this.#hasRoom?.resolve();
  }

  #nextTurn(): void {
    this.#turn = undefined;
    this.#hasPiece = false;
    this.#deliver();
    if (this.#waiting.length > 0) this.#turn = setImmediate(() => this.#nextTurn());
  }

  #deliver(): void {
    const chunks = this.#waiting;
    if (chunks.length === 0) return;
    this.#waiting = chunks.splice(AT_ONCE);
    this.#take(chunks);
    if (this.isFull) return;
    this.#hasRoom?.resolve();
    this.#hasRoom = undefined;
  }
}

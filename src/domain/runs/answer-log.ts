import { AnswerReader } from "./answer-reader";

/** What a reader gets at once at most, so that one that catches up does not read event by event. */
const READ_BYTES = 16 * 1024;

/**
 * An answer as a stream of events, from the first one on, for any number of readers. Each has a place in the
 * one list and takes what follows when it is ready to: one that is slow costs nothing.
 */
export class AnswerLog {
  readonly #events: Uint8Array[] = [];
  #bytes = 0;
  #isEnded = false;
  readonly #waiting = new Set<() => void>();
  /** Held here, or a garbage collection would lose the hang-up of a client that does not read. */
  readonly #readers = new Set<AbortSignal>();

  get bytes(): number {
    return this.#bytes;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  append(events: Uint8Array): void {
    if (this.#isEnded) return;
    this.#events.push(events);
    this.#bytes += events.byteLength;
    this.#tell();
  }

  end(): void {
    this.#isEnded = true;
    this.#tell();
  }

  #tell(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const told of waiting) told();
  }

  /**
   * What follows the first `place` events, and the place after it; waits until there is something.
   *
   * @param mostBytes at once; what was appended together may be larger
   * @returns null at the end
   */
  async following(place: number, mostBytes: number): Promise<{ bytes: Uint8Array; place: number } | null> {
    for (;;) {
      const next = this.after(place, mostBytes);
      if (next || this.#isEnded) return next;
      // oxlint-disable-next-line no-await-in-loop -- this is the waiting
      await new Promise<void>((resolve) => this.whenMore(resolve));
    }
  }

  /** The same without waiting; null if nothing has come. */
  after(place: number, mostBytes = READ_BYTES): { bytes: Uint8Array; place: number } | null {
    const first = this.#events[place];
    if (!first) return null;
    const together = [first];
    let size = first.byteLength;
    for (let next = place + 1; next < this.#events.length; next += 1) {
      const event = this.#events[next];
      if (!event || size + event.byteLength > mostBytes) break;
      together.push(event);
      size += event.byteLength;
    }
    const bytes = together.length === 1 ? first : new Uint8Array(Buffer.concat(together));
    return { bytes, place: place + together.length };
  }

  /** Calls once, when something follows or nothing will. */
  whenMore(tell: () => void): void {
    this.#waiting.add(tell);
  }

  /**
   * The events from the first one on, to the end. Fails for a reader that is gone, or takes nothing for long.
   *
   * @param left called once, when the reader has read everything or reads no further
   * @param signal aborted when the reader is gone
   */
  read(left: () => void, signal?: AbortSignal): ReadableStream<Uint8Array> {
    if (signal) this.#readers.add(signal);
    const reader = new AnswerReader(this, signal, () => {
      if (signal) this.#readers.delete(signal);
      left();
    });
    return new ReadableStream(reader, { highWaterMark: 0 });
  }
}

/** What a reader gets at once at most, so that one that catches up does not read event by event. */
const READ_BYTES = 16 * 1024;
/**
 * A reader that takes nothing for this long although there is something is gone, whatever its connection
 * says: it would keep a run going, and its answer in memory, until TCP gives up. Who has slept joins again.
 */
const UNREAD_MS = 60_000;

/**
 * An answer as a stream of events, from the first one on, for any number of readers. Each has a place in the
 * one list and takes what follows when it is ready to: one that is slow costs nothing.
 */
export class AnswerLog {
  readonly #events: Uint8Array[] = [];
  #bytes = 0;
  #isEnded = false;
  #changed = Promise.withResolvers<void>();
  /** Held here, or a garbage collection would lose the hang-up of a client that does not read. */
  readonly #readers = new Set<AbortSignal>();

  get bytes(): number {
    return this.#bytes;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  append(event: Uint8Array): void {
    if (this.#isEnded) return;
    this.#events.push(event);
    this.#bytes += event.byteLength;
    this.#tell();
  }

  end(): void {
    this.#isEnded = true;
    this.#tell();
  }

  #tell(): void {
    const told = this.#changed;
    this.#changed = Promise.withResolvers();
    told.resolve();
  }

  /**
   * What follows the first `place` events, and the place after it; waits until there is something.
   *
   * @param mostBytes at once; a single event may be larger
   * @returns null at the end
   */
  async following(
    place: number,
    mostBytes = READ_BYTES,
  ): Promise<{ bytes: Uint8Array; place: number } | null> {
    while (place >= this.#events.length) {
      if (this.#isEnded) return null;
      // oxlint-disable-next-line no-await-in-loop -- this is the waiting
      await this.#changed.promise;
    }
    const [first] = this.#events.slice(place, place + 1);
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

  /**
   * The events from the first one on, to the end. Fails for a reader that is gone, or takes nothing for long.
   *
   * @param left called once, when the reader has read everything or reads no further
   * @param signal aborted when the reader is gone
   */
  read(left: () => void, signal?: AbortSignal): ReadableStream<Uint8Array> {
    let place = 0;
    let isAsking = false;
    let isGone = false;
    let end: (() => void) | undefined;
    const leave = () => {
      if (isGone) return;
      isGone = true;
      end?.();
      left();
    };
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          const giveUp = (why: string) => {
            if (isGone) return;
            leave();
            controller.error(new Error(why));
          };
          const hangUp = () => giveUp("the reader is gone");
          let ignored = -1;
          const timer = setInterval(() => {
            if (place === ignored) giveUp("the answer was not read");
            const isThereMore = this.#isEnded || place < this.#events.length;
            ignored = isThereMore && !isAsking ? place : -1;
          }, UNREAD_MS).unref();
          end = () => {
            clearInterval(timer);
            signal?.removeEventListener("abort", hangUp);
            if (signal) this.#readers.delete(signal);
          };
          if (signal) this.#readers.add(signal);
          if (signal?.aborted) hangUp();
          else signal?.addEventListener("abort", hangUp);
        },
        pull: async (controller) => {
          isAsking = true;
          const next = await this.following(place);
          isAsking = false;
          if (isGone) return;
          if (next) {
            place = next.place;
            controller.enqueue(next.bytes);
            return;
          }
          leave();
          controller.close();
        },
        cancel: leave,
      },
      { highWaterMark: 0 },
    );
  }
}

/** After the end of an answer, so that its connection can be used again. */
const WAIT_FOR_CLOSE_MS = 500;
const MAX_PIECES_AFTER_END = 100;
/** What is read together at most. */
const TOGETHER_BYTES = 64 * 1024;

/** The body of an answer, of which one can tire. */
export class AnswerSource {
  readonly #body: ReadableStreamDefaultReader<Uint8Array>;
  /** A piece that was waited for and has not come. */
  #next: ReturnType<ReadableStreamDefaultReader<Uint8Array>["read"]> | null = null;

  constructor(body: ReadableStream<Uint8Array>) {
    this.#body = body.getReader();
  }

  /** @returns null at the end of the body, "late" if nothing came in time; it may be waited for again */
  next(withinMs: null): Promise<Uint8Array | null>;
  next(withinMs: number | null): Promise<Uint8Array | "late" | null>;
  async next(withinMs: number | null): Promise<Uint8Array | "late" | null> {
    this.#next ??= this.#body.read();
    const next = this.#next;
    const read = withinMs === null ? await next : await firstOf(next, withinMs);
    if (read === "late") return read;
    this.#next = null;
    return read.value ?? null;
  }

  /** A piece and what has come behind it. An end or an error there is told next. */
  async withNext(piece: Uint8Array): Promise<Uint8Array> {
    const pieces = [piece];
    let bytes = piece.byteLength;
    const turn = new Promise<"late">((resolve) => setImmediate(resolve, "late"));
    while (bytes < TOGETHER_BYTES) {
      this.#next ??= this.#body.read();
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const read = await Promise.race([this.#next, turn]).catch(() => "late" as const);
      if (read === "late" || read.done) break;
      this.#next = null;
      pieces.push(read.value);
      bytes += read.value.byteLength;
    }
    return pieces.length === 1 ? piece : Buffer.concat(pieces);
  }

  cancel(reason?: unknown): Promise<void> {
    return this.#body.cancel(reason);
  }

  /** Closes the connection of a body that is not read any further. */
  drop(): void {
    this.cancel().catch(() => undefined);
  }

  /** Lets a body end that has nothing more to say, and closes its connection if it does not. */
  leave(): void {
    const timer = setTimeout(() => this.drop(), WAIT_FOR_CLOSE_MS);
    timer.unref();
    this.#drain()
      .catch(() => undefined)
      .finally(() => clearTimeout(timer));
  }

  async #drain(): Promise<void> {
    for (let pieces = 0; pieces < MAX_PIECES_AFTER_END; pieces += 1) {
      if ((await this.next(null)) === null) return;
    }
    this.drop();
  }
}

async function firstOf<Value>(next: Promise<Value>, ms: number): Promise<Value | "late"> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), ms);
  });
  try {
    return await Promise.race([next, late]);
  } finally {
    clearTimeout(timer);
  }
}

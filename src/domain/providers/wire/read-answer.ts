import { ANSWER_MAX_BYTES } from "@/contracts/limits";
import { ProviderFailure } from "../failures/provider-failure";
import { EventStreamParser, type ServerEvent } from "./event-stream";
import type { WireReader } from "./wire-reader";

/** Of one event, or of an answer that is one JSON body. */
const MAX_LENGTH = 2 * ANSWER_MAX_BYTES;

/** After the reason for its end, an answer has only its usage to send; some servers leave the rest out. */
const WAIT_FOR_USAGE_MS = 2500;
const WAIT_AFTER_USAGE_MS = 1000;
/** After the end itself, so that the connection can be used again. */
const WAIT_FOR_CLOSE_MS = 500;

const encoder = new TextEncoder();

/**
 * The body of an answer as its provider's client can read it: an event stream, ended where the answer ends,
 * whatever the server sent (see WireReader). Bytes in which nothing needs repair are passed on as they are.
 *
 * A failure ends the stream like an end, so that nothing is lost of what came before; it stands in the
 * reader's state, from where `settleEnd` passes it on.
 *
 * @param isAborted whether whoever asked has hung up: then errors are theirs
 */
export function readAnswer(
  body: ReadableStream<Uint8Array>,
  reader: WireReader,
  isAborted: () => boolean,
): ReadableStream<Uint8Array> {
  const source = body.getReader();
  const decoding = new AnswerDecoder(reader);
  const { state } = reader;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        for (;;) {
          let piece: Uint8Array | null;
          try {
            piece = await nextPiece(source, reader);
          } catch (error) {
            if (isAborted() || !(error instanceof ProviderFailure)) throw error;
            // After the reason for its end, nothing is missing.
            if (!state.hasFinish) state.failure ??= error;
            piece = null;
          }
          const read = piece ? decoding.read(piece) : decoding.end();
          const isOver = piece === null || state.isOver || state.failure !== null;
          if (read.byteLength > 0) controller.enqueue(read);
          if (isOver) {
            if (piece !== null) {
              const rest = decoding.end();
              if (rest.byteLength > 0) controller.enqueue(rest);
              leave(source, state.failure !== null);
            }
            controller.close();
            return;
          }
          if (read.byteLength > 0) return;
        }
      },
      cancel: (reason) => source.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

type Source = ReadableStreamDefaultReader<Uint8Array>;

/** @returns null at the end of the body, or when a server that has said why it ends sends nothing more */
async function nextPiece(source: Source, { state }: WireReader): Promise<Uint8Array | null> {
  const next = source.read();
  if (!state.hasFinish) return (await next).value ?? null;
  const ms = state.usage.output === undefined ? WAIT_FOR_USAGE_MS : WAIT_AFTER_USAGE_MS;
  const first = await firstOf(next, ms);
  if (first === "late") {
    leave(source, true);
    return null;
  }
  return first.value ?? null;
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

/** Lets a body end that has nothing more to say, and closes its connection if it does not. */
function leave(source: Source, atOnce: boolean): void {
  const close = () => source.cancel().catch(() => undefined);
  if (atOnce) {
    void close();
    return;
  }
  const timer = setTimeout(() => void close(), WAIT_FOR_CLOSE_MS);
  timer.unref();
  const drain = async () => {
    for (let pieces = 0; pieces < 100; pieces += 1) if ((await source.read()).done) return;
    await close();
  };
  drain()
    .catch(() => undefined)
    .finally(() => clearTimeout(timer));
}

/** From bytes to the bytes that take their place. */
class AnswerDecoder {
  readonly #reader: WireReader;
  readonly #decoder = new TextDecoder();
  readonly #parser = new EventStreamParser(MAX_LENGTH);
  /** The body, if it is JSON. */
  readonly #json: string[] = [];
  #length = 0;
  #form: "unknown" | "events" | "json" = "unknown";
  #isFirst = true;
  #endsWithLine = true;

  constructor(reader: WireReader) {
    this.#reader = reader;
  }

  read(bytes: Uint8Array): Uint8Array {
    return this.#orUnreadable(() => this.#read(bytes));
  }

  /** The body has ended, or is not read any further. */
  end(): Uint8Array {
    return this.#orUnreadable(() => this.#end());
  }

  /** JSON nested a hundred thousand times ends in a RangeError. */
  #orUnreadable(read: () => Uint8Array): Uint8Array {
    try {
      return read();
    } catch (cause) {
      this.#reader.state.failure ??= new ProviderFailure("provider_bad_response", { cause });
      return EMPTY;
    }
  }

  #read(bytes: Uint8Array): Uint8Array {
    const wasBetweenEvents = this.#form === "events" && this.#endsWithLine && this.#parser.isBetweenEvents;
    const text = this.#decoder.decode(bytes, { stream: true });
    this.#endsWithLine = bytes.at(-1) === 10;
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    if (this.#form === "events") return this.#events(text, wasBetweenEvents ? bytes : null);
    if (this.#form === "unknown") this.#form = formOf(text);
    if (this.#form === "events")
      return /^\s*</.test(text) ? this.#unreadable() : this.#events(text.trimStart(), isFirst ? bytes : null);
    this.#json.push(text);
    this.#length += text.length;
    return this.#length > MAX_LENGTH ? this.#unreadable() : EMPTY;
  }

  #end(): Uint8Array {
    const { state } = this.#reader;
    const texts: string[] = [];
    if (!state.failure && !state.isOver) {
      if (this.#form === "json") texts.push(...this.#reader.readWhole(this.#json.join("")));
      else this.#endEvents(texts);
    }
    texts.push(...this.#reader.end());
    return encoded(texts);
  }

  #endEvents(texts: string[]): void {
    const last = this.#parser.end();
    // What is cut off in the middle is the end of a connection, not a piece that cannot be read.
    if (last && !isCut(last)) texts.push(...this.#reader.read(last));
    else if (last) {
      const lines = last.data.split("\n").map((data) => ({ ...last, data }));
      texts.push(...lines.filter((line) => !isCut(line)).flatMap((line) => this.#reader.read(line)));
    }
    const { state } = this.#reader;
    if (!state.hasFinish && !state.isOver && this.#parser.strayLines > 0)
      state.failure ??= new ProviderFailure("provider_bad_response");
  }

  /** @param bytes of the text, if it begins and may end between events */
  #events(text: string, bytes: Uint8Array | null): Uint8Array {
    const { emptyEvents } = this.#parser;
    const events = this.#parser.push(text);
    if (!events) return this.#unreadable();
    const { state } = this.#reader;
    const texts: string[] = [];
    let isSame =
      bytes !== null &&
      this.#endsWithLine &&
      this.#parser.isBetweenEvents &&
      this.#parser.emptyEvents === emptyEvents &&
      !text.includes("\r");
    for (const event of events) {
      if (state.failure || state.isOver) {
        isSame = false;
        break;
      }
      const read = this.#reader.read(event);
      isSame &&= read.length === 1 && read[0] === event.data && !event.isStray;
      texts.push(...read);
    }
    return isSame && bytes !== null ? bytes : encoded(texts);
  }

  #unreadable(): Uint8Array {
    this.#reader.state.failure ??= new ProviderFailure("provider_bad_response");
    return EMPTY;
  }
}

const EMPTY = new Uint8Array();

/** By its first character: a JSON body, or an event stream. A page counts as the latter. */
function formOf(beginning: string): "unknown" | "events" | "json" {
  const first = /\S/.exec(beginning)?.[0];
  if (first === undefined) return "unknown";
  return first === "{" || first === "[" ? "json" : "events";
}

function isCut({ data, name }: ServerEvent): boolean {
  if (/^\W*DONE\W*$/i.test(data) || name === "error") return false;
  try {
    JSON.parse(data);
    return false;
  } catch {
    return true;
  }
}

function encoded(texts: readonly string[]): Uint8Array {
  if (texts.length === 0) return EMPTY;
  return encoder.encode(texts.map((text) => `data: ${text.replaceAll("\n", "\ndata: ")}\n\n`).join(""));
}

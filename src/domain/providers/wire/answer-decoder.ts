import { ANSWER_MAX_BYTES } from "@/contracts/limits";
import { errorNames } from "@/lib/error-names";
import { ProviderFailure } from "../failures/provider-failure";
import { EventStreamParser, type ServerEvent } from "./event-stream";
import { joinedDeltas } from "./joined-deltas";
import { parsedJson, type WireReader } from "./wire-reader";

/** Of one event, or of an answer that is one JSON body. */
const MAX_LENGTH = 2 * ANSWER_MAX_BYTES;

const encoder = new TextEncoder();

/** From bytes to the bytes that take their place. */
export class AnswerDecoder {
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

  /** Whether the body is JSON, which has no end of its own on the wire. */
  get isJson(): boolean {
    return this.#form === "json";
  }

  /** Whether nothing is missing of a body that is JSON. */
  get isWhole(): boolean {
    return this.#form === "json" && parsedJson(this.#json.join("")) !== undefined;
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
    } catch (error) {
      const cause = errorNames(error).join(" < ");
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
    const joined = joinedDeltas(texts);
    return isSame && bytes !== null && joined.length === texts.length ? bytes : encoded(joined);
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
  return parsedJson(data) === undefined;
}

function encoded(texts: readonly string[]): Uint8Array {
  if (texts.length === 0) return EMPTY;
  return encoder.encode(texts.map((text) => `data: ${text.replaceAll("\n", "\ndata: ")}\n\n`).join(""));
}

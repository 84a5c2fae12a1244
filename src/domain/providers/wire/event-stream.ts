/** One event of a stream: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export interface ServerEvent {
  /** Its `event:` field; empty if it has none. */
  readonly name: string;
  readonly data: string;
  /** A line that should have been an event: a server wrote JSON without `data:` in front. */
  readonly isStray?: true;
}

/**
 * Reads an event stream by its standard: lines that end with LF, CRLF or CR, `data:` over several lines,
 * comments, and no event for empty data. Text may be cut anywhere.
 */
export class EventStreamParser {
  readonly #maxLength: number;
  #line = "";
  #lineFeedFollows = false;
  #data: string | null = null;
  #name = "";
  #stray = 0;
  #empty = 0;

  /** @param maxLength of one event, in characters */
  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  /** Whether nothing of an event that has not ended has arrived. */
  get isBetweenEvents(): boolean {
    return this.#line === "" && this.#data === null && this.#name === "" && !this.#lineFeedFollows;
  }

  /** How many lines were neither a field nor a comment. */
  get strayLines(): number {
    return this.#stray;
  }

  /** How many events had empty data, and are none. */
  get emptyEvents(): number {
    return this.#empty;
  }

  /** @returns the events that this text completes; null if one is longer than allowed */
  push(text: string): ServerEvent[] | null {
    const events: ServerEvent[] = [];
    const lines = this.#withLineFeeds(text).split("\n");
    const rest = lines.pop() ?? "";
    for (const line of lines) {
      const event = this.#endLine(this.#line + line);
      this.#line = "";
      if (event) events.push(event);
    }
    this.#line += rest;
    return this.#line.length + (this.#data?.length ?? 0) > this.#maxLength ? null : events;
  }

  /** The event that the end of the body cut off before its empty line. */
  end(): ServerEvent | null {
    const stray = this.#line === "" ? null : this.#endLine(this.#line);
    this.#line = "";
    return stray ?? this.#dispatch();
  }

  #withLineFeeds(text: string): string {
    const whole = this.#lineFeedFollows && text.startsWith("\n") ? text.slice(1) : text;
    if (text !== "") this.#lineFeedFollows = text.endsWith("\r");
    return whole.includes("\r") ? whole.replaceAll(/\r\n?/g, "\n") : whole;
  }

  #endLine(line: string): ServerEvent | null {
    if (line === "") return this.#dispatch();
    if (line.startsWith("data:")) this.#addData(line.charCodeAt(5) === 32 ? line.slice(6) : line.slice(5));
    else if (line.startsWith("event:")) this.#name = line.slice(6).trim();
    else if (line === "data") this.#addData("");
    else if (line.startsWith("{") || line.startsWith("[{")) return { name: "", data: line, isStray: true };
    else if (!/^(:|(id|retry|event)(:|$))/.test(line)) this.#stray += 1;
    return null;
  }

  #addData(data: string): void {
    this.#data = this.#data === null ? data : `${this.#data}\n${data}`;
  }

  #dispatch(): ServerEvent | null {
    const [name, data] = [this.#name, this.#data];
    this.#name = "";
    this.#data = null;
    if (data === null) return null;
    if (data.trim() !== "") return { name, data };
    this.#empty += 1;
    return null;
  }
}

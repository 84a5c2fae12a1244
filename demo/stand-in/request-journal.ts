import { EventEmitter, once } from "node:events";
import type { ProviderId } from "./dialects/dialect";

/**
 * One request as it arrived. Times are milliseconds since the epoch with fractions, comparable between
 * processes of one machine.
 */
export interface JournalEntry {
  id: number;
  /** The provider whose API received it. */
  provider: ProviderId;
  /** The `request-id` header of the response (`x-request-id` in OpenAI's format). */
  requestId: string;
  startedAtMs: number;
  method: string;
  /** Path with its query. */
  path: string;
  /**
   * The key, whole: this is a stand-in, and tests ask which key arrived. From `x-api-key` (Anthropic only) or
   * `authorization: Bearer`. Null if there was none.
   */
  apiKey: string | null;
  headers: Record<string, string>;
  model: string | null;
  streaming: boolean;
  messageCount: number;
  /** The last text of the last user message that has any. */
  lastUserText: string | null;
  /** The parsed body; the raw text when it was not JSON, null when bodies are not kept. */
  body: unknown;
  /** Response status; null while unanswered, and forever if the client disconnected first. */
  status: number | null;
  /** When the status line was sent. */
  answeredAtMs: number | null;
  /**
   * Whether the client disconnected before the answer ended. Not set when the stand-in itself broke the
   * connection.
   */
  aborted: boolean;
  abortedAtMs: number | null;
  /** When the answer or the connection ended; null while the request is open. */
  endedAtMs: number | null;
}

/** Which entries are asked for; what is not given matches all. */
export interface JournalFilter {
  key?: string | undefined;
  /** Anywhere in the body, as JSON. */
  text?: string | undefined;
  /** In the person's last words. */
  said?: string | undefined;
}

export class RequestJournal {
  private entries: JournalEntry[] = [];
  private open = 0;
  private nextId = 1;
  private readonly changes = new EventEmitter().setMaxListeners(0);
  private readonly limit: number;
  /** Bodies as JSON, made when they are searched for the first time. */
  private readonly bodies = new WeakMap<JournalEntry, string>();

  /** @param limit maximum number of entries; the oldest are dropped first */
  constructor(limit: number) {
    this.limit = limit;
  }

  begin(about: Pick<JournalEntry, "provider" | "method" | "path" | "apiKey" | "headers">): JournalEntry {
    const id = this.nextId++;
    const entry: JournalEntry = {
      id,
      requestId: `req_011StandIn${String(id).padStart(10, "0")}`,
      startedAtMs: nowMs(),
      ...about,
      model: null,
      streaming: false,
      messageCount: 0,
      lastUserText: null,
      body: null,
      status: null,
      answeredAtMs: null,
      aborted: false,
      abortedAtMs: null,
      endedAtMs: null,
    };
    this.open++;
    this.entries.push(entry);
    // Cut in batches: shifting one entry a request costs a copy of the whole list each time.
    if (this.entries.length > this.limit * 1.1) this.entries = this.entries.slice(-this.limit);
    this.changed();
    return entry;
  }

  /** Records facts of the body, once it has arrived. */
  noted(
    entry: JournalEntry,
    what: Partial<Pick<JournalEntry, "model" | "streaming" | "messageCount" | "lastUserText" | "body">>,
  ): void {
    Object.assign(entry, what);
    this.changed();
  }

  answered(entry: JournalEntry, status: number): void {
    entry.status = status;
    entry.answeredAtMs = nowMs();
    this.changed();
  }

  ended(entry: JournalEntry, aborted: boolean): void {
    entry.endedAtMs = nowMs();
    entry.aborted = aborted;
    if (aborted) entry.abortedAtMs = entry.endedAtMs;
    this.open--;
    this.changed();
  }

  /** A copy of the entries that match, oldest first. */
  list(filter: JournalFilter = {}): JournalEntry[] {
    return this.entries
      .slice(-this.limit)
      .filter((entry) => this.matches(entry, filter))
      .map((entry) => ({ ...entry }));
  }

  private matches(entry: JournalEntry, { key, text, said }: JournalFilter): boolean {
    return (
      (key === undefined || entry.apiKey === key) &&
      (said === undefined || (entry.lastUserText ?? "").includes(said)) &&
      (text === undefined || this.bodyOf(entry).includes(text))
    );
  }

  private bodyOf(entry: JournalEntry): string {
    const known = this.bodies.get(entry);
    if (known !== undefined) return known;
    const json = JSON.stringify(entry.body);
    // Before it has arrived there is nothing to keep.
    if (entry.body !== null) this.bodies.set(entry, json);
    return json;
  }

  clear(): void {
    this.entries = [];
  }

  /** Number of open requests. */
  openRequests(): number {
    return this.open;
  }

  /** Resolves with the first entry that matches, now or after any later change. */
  async waitFor(matches: (entry: JournalEntry) => boolean): Promise<JournalEntry> {
    for (;;) {
      const found = this.entries.find(matches);
      if (found) return { ...found };
      await once(this.changes, "change");
    }
  }

  /** Resolves once no request is open; at once when none is. */
  async whenIdle(): Promise<void> {
    while (this.open > 0) await once(this.changes, "change");
  }

  private changed(): void {
    this.changes.emit("change");
  }
}

function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

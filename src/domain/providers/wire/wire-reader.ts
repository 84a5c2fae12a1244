import type { AnswerState } from "./answer-state";
import type { ServerEvent } from "./event-stream";

/** JSON as it arrived: nothing is known of it. */
export type Json = Record<string, unknown>;

/**
 * Reads the events of one answer in one wire format, and gives the provider's client those it can read. An
 * event in the documented form is passed on as the text it arrived as.
 */
export interface WireReader {
  readonly state: AnswerState;
  /** @returns what takes the place of this event: its own `data`, other texts, or nothing */
  read(event: ServerEvent): readonly string[];
  /** @returns the events of an answer that arrived as one JSON body */
  readWhole(body: string): readonly string[];
  /** The body has ended. @returns what a good answer lacks at its end */
  end(): readonly string[];
}

export const NOTHING: readonly string[] = [];
export const NOTHING_READ: readonly ServerEvent[] = [];

export function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Names and texts by which servers show that a connection lives. */
const KEEP_ALIVE =
  /^[^\p{L}\p{N}{}[\]"]*(\[?(keep.?alive|heart.?beat|ping|pong|no.?op|open.?router.processing|processing|waiting|connected|queued)\b[^{}[\]"]{0,40}\]?)?$/iu;

/** Whether an event is there only to keep the connection open. @param value of its data, if it is JSON */
export function isKeepAlive({ name, data }: ServerEvent, value?: unknown): boolean {
  if (data.startsWith(":") || KEEP_ALIVE.test(data)) return true;
  if (value === null || value === "") return true;
  if (typeof value === "string") return KEEP_ALIVE.test(value);
  if (!isRecord(value)) return false;
  const { type, event, object, status } = value;
  if (Object.keys(value).length === 0) return true;
  return (
    [type, event, object, status].some((word) => typeof word === "string" && KEEP_ALIVE.test(word)) ||
    (KEEP_ALIVE.test(name) && !("choices" in value) && !("error" in value))
  );
}

/** @returns undefined if the text is not JSON */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

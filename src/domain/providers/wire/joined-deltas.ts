import { isRecord, parsedJson } from "./wire-reader";

/** Fields in which an event holds what it adds, in whatever format. */
const FIELD = /"(?:text|content|thinking|reasoning_content|partial_json|arguments)":"/g;
/** The other texts that an event may have: they are the same in each and add nothing. */
const DESCRIBES = new Set(["type", "object", "id", "model", "role", "provider", "service_tier"]);
/** Of random length, so that nobody guesses a word from the length of its packet. Nothing reads it. */
const PADDING = /,"(?:obfuscation|p)":"[^"\\]*"/;

/** An event as it is written, around what it adds. */
interface Delta {
  readonly head: string;
  text: string;
  readonly tail: string;
  /** Known once a neighbour is like it. */
  isOnlyText?: boolean;
}

/**
 * The events of an answer with neighbours made one that differ only in the text they add: each costs its
 * provider's client, and everything behind it, the same work whether it carries a letter or a sentence. They
 * are joined as they are written, since the insides of two JSON strings one after the other are those of one.
 */
export function joinedDeltas(events: readonly string[]): readonly string[] {
  if (events.length < 2) return events;
  const joined: string[] = [];
  let before: Delta | null = null;
  for (const event of events) {
    const delta = deltaIn(event);
    if (delta && before && isNext(before, delta)) {
      before.text += delta.text;
      joined[joined.length - 1] = before.head + before.text + before.tail;
    } else {
      before = delta;
      joined.push(event);
    }
  }
  return joined;
}

function isNext(before: Delta, { head, tail }: Delta): boolean {
  if (head !== before.head || tail !== before.tail) return false;
  before.isOnlyText ??= addsNothing(parsedJson(head + tail));
  return before.isOnlyText;
}

/** Whether an event without its text says only what it belongs to. */
function addsNothing(value: unknown, field = ""): boolean {
  if (typeof value === "string") return value === "" || DESCRIBES.has(field);
  if (Array.isArray(value)) return value.every((each) => addsNothing(each, field));
  if (isRecord(value)) return Object.entries(value).every(([name, each]) => addsNothing(each, name));
  return value !== undefined;
}

function deltaIn(event: string): Delta | null {
  FIELD.lastIndex = 0;
  while (FIELD.test(event)) {
    const start = FIELD.lastIndex;
    const end = endOfString(event, start);
    if (end > start) {
      const tail = event.slice(end).replace(PADDING, "").replaceAll(/\s/g, "");
      return { head: event.slice(0, start), text: event.slice(start, end), tail };
    }
  }
  return null;
}

/** The place of the quote that ends a JSON string, or -1. */
function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start); end >= 0; end = json.indexOf('"', end + 1)) {
    let slashes = 0;
    while (json[end - 1 - slashes] === "\\") slashes += 1;
    if (slashes % 2 === 0) return end;
  }
  return -1;
}

const UNUSABLE = "\0";

/**
 * A copy of a JSON value without what a JSON parser accepts but Postgres' jsonb and model providers reject:
 * U+0000 and lone surrogates, in strings and field names. Each becomes U+FFFD, as in browsers; one such
 * character in an answer or a tool call would otherwise lose the whole message.
 *
 * @param value as returned by JSON.parse; nested as deep as requests may be
 */
export function wellFormedJson<Value>(value: Value): Value {
  return copied(value) as Value;
}

/** How `JSON.stringify` writes what is not well-formed; and, rarely, something that looks like it. */
const MAYBE_UNUSABLE = /\\u(?:0000|d[89a-f])/;

/** The same as JSON text. Most values are well-formed, and are not copied. */
export function wellFormedJsonText(value: unknown): string {
  const text = JSON.stringify(value);
  return MAYBE_UNUSABLE.test(text) ? JSON.stringify(wellFormedJson(value)) : text;
}

function copied(value: unknown): unknown {
  if (typeof value === "string") return wellFormedText(value);
  if (Array.isArray(value)) return value.map(copied);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [wellFormedText(name), copied(field)]),
  );
}

function wellFormedText(text: string): string {
  return text.toWellFormed().replaceAll(UNUSABLE, "\ufffd");
}

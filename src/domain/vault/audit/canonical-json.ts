/** A number as its JSON spells it: 1 and 1.0 are different records, and no digit is lost to a double. */
class SpelledNumber {
  readonly spelling: string;
  constructor(spelling: string) {
    this.spelling = spelling;
  }
}

// ECMAScript's "JSON.parse source text access", which Node 24 has and TypeScript's library does not describe
// yet.
const parseJson = JSON.parse as (
  text: string,
  reviver: (name: string, value: unknown, context: { source?: string }) => unknown,
) => unknown;

/**
 * JSON in one canonical form: no white space, names sorted by UTF-16 code units as in RFC 8785, strings as
 * JSON.stringify writes them. Unlike RFC 8785, numbers keep their spelling.
 *
 * @param text valid JSON without repeated names, as jsonb returns it
 */
export function canonicalJson(text: string): string {
  return write(
    parseJson(text, (_name, value, { source }) =>
      typeof value === "number" && source !== undefined ? new SpelledNumber(source) : value,
    ),
  );
}

function write(value: unknown): string {
  if (value instanceof SpelledNumber) return value.spelling;
  if (Array.isArray(value)) return `[${value.map(write).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${write(field)}`);
  return `{${fields.join(",")}}`;
}

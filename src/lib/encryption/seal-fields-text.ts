import { DecryptionFailed } from "./errors";
import type { JsonValue } from "./seal-fields-document";

/**
 * Begins the text of every value that is sealed as JSON. It is inside what is sealed: a type noted beside the sealed
 * value could be changed, and a string that somebody chose would come back as an object.
 */
const JSON_MARKER = "\0json:";

/**
 * The text that is sealed for a value: a string as it is, anything else as JSON behind the marker. So are the strings
 * that cannot be sealed as they are: the empty one, those with a lone surrogate (JSON escapes it), and those that begin
 * with the marker themselves.
 */
export function fieldText(value: JsonValue): string {
  const asItIs =
    typeof value === "string" && value !== "" && value.isWellFormed() && !value.startsWith(JSON_MARKER);
  return asItIs ? value : JSON_MARKER + JSON.stringify(value);
}

/** @throws DecryptionFailed if the text is authentic but not from fieldText */
export function fieldValue(text: string): JsonValue {
  if (!text.startsWith(JSON_MARKER)) return text;
  try {
    return JSON.parse(text.slice(JSON_MARKER.length)) as JsonValue;
  } catch {
    throw new DecryptionFailed();
  }
}

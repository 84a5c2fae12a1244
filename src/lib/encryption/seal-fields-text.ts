import { DecryptionFailed } from "./errors";
import type { JsonValue } from "./seal-fields-document";

/**
 * Prefix of the text of every value that is sealed as JSON. It is sealed with the value: a type stored
 * outside could be changed, and a string an attacker chose would come back as an object.
 */
const JSON_MARKER = "\0json:";

/**
 * The text that is sealed for a value: a string unchanged, anything else as JSON after the marker. Strings
 * that cannot be sealed unchanged also become JSON: the empty one, those with a lone surrogate (JSON escapes
 * it), and those that begin with the marker themselves.
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

export type JsonRecord = Record<string, unknown>;

/** A copy of an object; empty for any other value. */
export function asRecord(value: unknown): JsonRecord {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** The objects of an array; none for any other value. */
export function asRecords(value: unknown): JsonRecord[] {
  return Array.isArray(value) ? value.map(asRecord) : [];
}

/** The parsed text, or undefined if it is not JSON. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

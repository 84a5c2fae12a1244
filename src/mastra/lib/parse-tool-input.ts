/** The arguments of a tool call. */
export interface ToolInput {
  /** Providers take back objects only: {} if the model wrote anything else. */
  value: Record<string, unknown>;
  /** What the model wrote, if it is no JSON object. */
  unreadable?: string;
}

/** Of a model's own text, so much is repeated to it. */
const SHOWN = 500;

/** @param json as the model wrote it; nothing and null stand for no arguments */
export function parseToolInput(json: string): ToolInput {
  if (json.trim() === "") return { value: {} };
  try {
    const value: unknown = JSON.parse(json);
    if (value === null) return { value: {} };
    if (typeof value === "object" && !Array.isArray(value))
      return { value: value as Record<string, unknown> };
  } catch {
    // Told to the model below.
  }
  return { value: {}, unreadable: json.length > SHOWN ? `${json.slice(0, SHOWN)}…` : json };
}

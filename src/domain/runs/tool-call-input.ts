/** A file of the largest size, written with an escape for every character, still fits. */
const MAX_LENGTH = 2 * 1024 * 1024;
const MAX_DEPTH = 100;
/** Of arguments that could not be read: enough for the model to recognise them. */
const EXCERPT = 400;

/** Stands in the place of arguments that could not be read; no tool has a field of this name. */
const REASON = "invalid_arguments";

export type ToolCallInput = Readonly<Record<string, unknown>>;

/**
 * Reads the arguments of a tool call as a model wrote them. Servers send `null` or nothing for no arguments,
 * and JSON text inside JSON text. Whatever else is not a JSON object becomes an object that says so: it can
 * be stored and sent back to every provider, and `unreadableInput` tells the model about it in place of the
 * tool.
 *
 * @param text of the arguments
 * @param wasCut whether the answer reached its length limit within the call
 */
export function readToolCallInput(text: string, wasCut = false): ToolCallInput {
  if (text.length > MAX_LENGTH) return unreadable("were too long", text);
  const read = parsed(text);
  if (read === undefined) {
    const how = wasCut
      ? "broke off where the answer reached its length limit, and were not valid JSON"
      : "were not valid JSON";
    return unreadable(how, text);
  }
  return toolCallInput(read, text);
}

/**
 * Arguments as an object, whatever they are: what was stored, or what a browser sends back, may be anything.
 */
export function toolCallInput(value: unknown, text = JSON.stringify(value) ?? ""): ToolCallInput {
  let read: unknown = value ?? null;
  // Encoded twice, or by a gateway once more.
  for (let layer = 0; typeof read === "string" && layer < 3; layer += 1) read = parsed(read);
  if (read === null) return {};
  if (typeof read !== "object" || Array.isArray(read)) return notAnObject(text);
  return isDeeper(read, MAX_DEPTH) ? unreadable("were nested too deeply", text) : (read as ToolCallInput);
}

/** What is wrong with arguments that could not be read, for the model; null if nothing is. */
export function unreadableInput(input: unknown): string | null {
  const reason = typeof input === "object" && input !== null ? (input as ToolCallInput)[REASON] : undefined;
  return typeof reason === "string" ? reason : null;
}

function notAnObject(text: string): ToolCallInput {
  return unreadable("were valid JSON, but not a JSON object", text);
}

function unreadable(how: string, text: string): ToolCallInput {
  const excerpt = text.length > EXCERPT ? `${text.slice(0, EXCERPT)}… (${text.length} characters)` : text;
  return { [REASON]: `The arguments ${how}: ${excerpt.toWellFormed()}` };
}

/** @returns undefined for what is not JSON; nothing at all stands for no arguments */
function parsed(text: string): unknown {
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Deeper values cannot be written as JSON again, by any of those that pass them on. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((field) => isDeeper(field, levels - 1));
}

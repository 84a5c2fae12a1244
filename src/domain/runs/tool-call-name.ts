/** The form every provider takes (OpenAI, Anthropic: `tools.name`). */
const TAKEN_BY_ALL = /^[a-zA-Z0-9_-]{1,64}$/;
const NAMELESS = "unknown_tool";

/**
 * The tool a model means, in a form every provider takes back. Models add a namespace
 * ("functions.readFile", "default_api:readFile"), a number ("readFile:0") or blanks to a name; anything else
 * is the name of no tool.
 *
 * @param known names of the tools the model was given
 */
export function toolCallName(name: string, known: ReadonlySet<string>): string {
  if (known.has(name)) return name;
  const meant = name
    .trim()
    .replace(/:\d+$/, "")
    .replace(/^.*[.:/]/s, "");
  return known.has(meant) ? meant : portableToolName(name);
}

/** The same form for a name from a stored conversation. Its calls are over: no tool is looked for. */
export function portableToolName(name: string): string {
  if (TAKEN_BY_ALL.test(name)) return name;
  const taken = name.replace(/[^a-zA-Z0-9_-]+/g, "_").slice(0, 64);
  return /[a-zA-Z0-9]/.test(taken) ? taken : NAMELESS;
}

/** A model of a list, as its server wrote it. */
export interface ModelEntry {
  /** As the server writes it, a number as text; `tidyModels` decides whether it can be used. */
  readonly id: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

type Fields = Record<string, unknown>;

/** Where servers put their list, or what wraps it, most usual first. */
const WRAPPERS = ["data", "models", "body", "result", "results", "items", "list", "model_list", "response"];
/** What names a model where nothing is called its id: Ollama, LM Studio, LiteLLM, Gemini. */
const OTHER_IDS = ["model", "model_id", "modelId", "model_name", "name", "slug", "key"];
const MAX_DEPTH = 4;

/**
 * The entries of a model list in any form that is found in practice: `{data: [...]}` (OpenAI), an array,
 * `{models: [{name}]}` (Ollama, Gemini), a list in `{object, body}` or another wrapper, models grouped by
 * their owner. An entry that is none is left out and never takes the others with it.
 *
 * @returns null if the body is no list of models
 */
export function modelEntries(body: unknown): ModelEntry[] | null {
  const items = listIn(body, 0);
  if (items === null) return null;
  const found = items.flatMap((item) => (isFields(item) ? flattened(item) : []));
  // Beside entries with an id, one that has only a name cannot be asked for.
  const hasIds = found.some(({ id }) => idOf(id) !== null);
  const entries = found.flatMap((fields) => {
    const id = hasIds ? idOf(fields["id"]) : firstOf(fields, OTHER_IDS);
    return id === null ? [] : [{ id, fields }];
  });
  return entries.length === 0 && items.some((item) => item !== null) ? null : entries;
}

function listIn(value: unknown, depth: number): unknown[] | null {
  if (Array.isArray(value)) return value;
  if (!isFields(value) || depth > MAX_DEPTH) return null;
  for (const name of WRAPPERS) {
    const inner = value[name];
    // Ollama: `{"object": "list", "data": null}` without a model.
    if (inner === null && Object.keys(value).length <= 2) return [];
    const list = listIn(inner, depth + 1) ?? byId(inner, name !== "models");
    if (list) return list;
  }
  return null;
}

/** `{models: {"gpt-x": {...}}}` @param mustHaveIds elsewhere, only an id shows that these are models */
function byId(value: unknown, mustHaveIds: boolean): unknown[] | null {
  if (!isFields(value)) return null;
  const entries = Object.entries(value);
  const isModel = (inner: unknown) => isFields(inner) && (!mustHaveIds || idOf(inner["id"]) !== null);
  return entries.length > 0 && entries.every(([, inner]) => isModel(inner))
    ? entries.map(([id, inner]) => ({ id, ...(inner as Fields) }))
    : null;
}

/** The models of a group: `{provider, models: [...]}`. */
function flattened(item: Fields): Fields[] {
  const { models } = item;
  return idOf(item["id"]) === null && Array.isArray(models) ? models.filter(isFields) : [item];
}

function firstOf(fields: Fields, names: readonly string[]): string | null {
  for (const name of names) {
    const id = idOf(fields[name]);
    if (id !== null) return id;
  }
  return null;
}

function idOf(value: unknown): string | null {
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  return typeof value === "string" && value !== "" ? value : null;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

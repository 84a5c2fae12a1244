/** What an error body says, whatever its form. Missing parts are empty. */
export interface RefusalText {
  /** Machine words: types, codes, statuses and reasons, separated by blanks. */
  readonly names: string;
  /** Sentences for people, separated by line breaks. */
  readonly text: string;
  /** What OpenRouter's own provider said, which concerns its account and not the person's. */
  readonly upstream: string;
  /** An HTTP status inside the body, which streams and answers with status 200 have; 0 if there is none. */
  readonly status: number;
}

const NAMES = new Set(
  "type code status reason name kind errorcode errcode errno errortype statuscode rawstatuscode errorname".split(
    " ",
  ),
);
const TEXTS = new Set(
  "message msg error errors detail details description title errormsg errmsg errormessage errordescription statusmsg".split(
    " ",
  ),
);
/** Objects that carry names and texts of their own. */
const NESTED = new Set([
  ...TEXTS,
  ..."innererror baseresp header data body response result cause".split(" "),
]);

const MAX_CHARACTERS = 4000;
const MAX_DEPTH = 6;
const MAX_ITEMS = 20;

interface Found {
  names: string[];
  texts: string[];
  upstream: string[];
}

/**
 * Formats found in practice: `{error: {type, code, message}}` (OpenAI, OpenRouter, Anthropic, newer vLLM),
 * `{error: "text"}` (Ollama, LM Studio), `{code, error: "text"}` (xAI), `{object: "error", type, code,
 * message}` (older vLLM), `{detail: "text"}` or a list (FastAPI), `{code, msg}`, `{error_code, error_msg}`,
 * `{base_resp: {status_code, status_msg}}` (Chinese providers), `{errors: [...]}` (Cloudflare), `{message:
 * "text"}` (gateways), another provider's error as JSON inside a text (proxies), and any of these in a list.
 * Fields that can repeat what the person wrote are not read.
 */
export function refusalText(body: unknown): RefusalText {
  const found: Found = { names: [], texts: [], upstream: [] };
  if (typeof body === "string") addText(found, body, 0);
  else walk(found, body, 0);
  const status = found.names.map(Number).find((number) => number >= 400 && number < 600) ?? 0;
  return {
    names: joined(found.names, " "),
    text: joined(found.texts, "\n"),
    upstream: joined(found.upstream, "\n"),
    status,
  };
}

function walk(found: Found, value: unknown, depth: number): void {
  if (depth > MAX_DEPTH) return;
  if (Array.isArray(value)) {
    for (const item of value.slice(0, MAX_ITEMS)) {
      if (typeof item === "string") addText(found, item, depth);
      else walk(found, item, depth + 1);
    }
    return;
  }
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    const field = key.toLowerCase().replaceAll(/[^a-z]/g, "");
    const isText = typeof inner === "string";
    if (NAMES.has(field) && (isText || typeof inner === "number")) found.names.push(String(inner));
    else if (TEXTS.has(field) && isText) addText(found, inner, depth);
    else if (NESTED.has(field)) walk(found, inner, depth + 1);
    else if (field === "metadata") addMetadata(found, inner);
  }
}

/** A text that is itself an error in JSON is read as one. */
function addText(found: Found, text: string, depth: number): void {
  const inner = /^\s*[[{]/.test(text) ? parsed(text) : undefined;
  if (inner === undefined) found.texts.push(text);
  else walk(found, inner, depth + 1);
}

/**
 * `raw`, `limit_source` and, of a moderation, `reasons`:
 * https://openrouter.ai/docs/api/reference/errors-and-debugging
 */
function addMetadata(found: Found, metadata: unknown): void {
  if (typeof metadata !== "object" || metadata === null) return;
  const { raw, limit_source: source, reasons } = metadata as Record<string, unknown>;
  if (raw !== undefined) found.upstream.push(typeof raw === "string" ? raw : (JSON.stringify(raw) ?? ""));
  if (typeof source === "string") found.names.push(source);
  if (Array.isArray(reasons)) found.names.push("moderation");
}

function joined(parts: readonly string[], between: string): string {
  return parts.join(between).slice(0, MAX_CHARACTERS);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

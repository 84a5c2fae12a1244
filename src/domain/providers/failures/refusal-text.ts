import { z } from "zod";

/** What a refusal says, in the fields OpenAI gave such bodies and most others took over. Empty strings where there is none. */
export interface RefusalText {
  readonly type: string;
  /** OpenAI writes words here ("insufficient_quota"), OpenRouter and vLLM the HTTP status. */
  readonly code: string;
  readonly message: string;
}

const wordSchema = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((word) => (word === null || word === undefined ? "" : String(word)))
  .catch("");

const fieldsSchema = z.object({ type: wordSchema, code: wordSchema, message: wordSchema });

/**
 * Bodies seen in the field: `{error: {type, code, message}}` (OpenAI, OpenRouter, Anthropic, newer vLLM), `{error: "text"}` (Ollama,
 * LM Studio), `{object: "error", type, code, message}` (older vLLM), `{detail: "text"}` or a list (FastAPI), `{message: "text"}`
 * (gateways), and the same inside a list of one (some proxies of Google's).
 */
export function refusalText(body: unknown): RefusalText {
  const outer = z.looseObject({}).safeParse(Array.isArray(body) ? body[0] : body).data;
  if (outer === undefined) return { type: "", code: "", message: typeof body === "string" ? body : "" };
  const inner = outer["error"] ?? outer["detail"] ?? outer;
  if (typeof inner === "string") return { type: "", code: "", message: inner };
  if (Array.isArray(inner)) return { type: "", code: "", message: JSON.stringify(inner).slice(0, 2000) };
  return fieldsSchema.safeParse(inner).data ?? { type: "", code: "", message: "" };
}

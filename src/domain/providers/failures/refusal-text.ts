import { z } from "zod";

/**
 * The fields of an error body in OpenAI's format, which most others adopted. Missing fields are empty
 * strings.
 */
export interface RefusalText {
  readonly type: string;
  /** OpenAI puts an error name here ("insufficient_quota"), OpenRouter and vLLM the HTTP status. */
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
 * Formats found in practice: `{error: {type, code, message}}` (OpenAI, OpenRouter, Anthropic, newer vLLM),
 * `{error: "text"}` (Ollama, LM Studio), `{object: "error", type, code, message}` (older vLLM), `{detail:
 * "text"}` or a list (FastAPI), `{message: "text"}` (gateways), and any of these inside a list of one (some
 * Google proxies).
 */
export function refusalText(body: unknown): RefusalText {
  const outer = z.looseObject({}).safeParse(Array.isArray(body) ? body[0] : body).data;
  if (outer === undefined) return { type: "", code: "", message: typeof body === "string" ? body : "" };
  const inner = outer["error"] ?? outer["detail"] ?? outer;
  if (typeof inner === "string") return { type: "", code: "", message: inner };
  if (Array.isArray(inner)) return { type: "", code: "", message: JSON.stringify(inner).slice(0, 2000) };
  return fieldsSchema.safeParse(inner).data ?? { type: "", code: "", message: "" };
}

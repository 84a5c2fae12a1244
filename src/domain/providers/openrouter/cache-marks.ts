import type { LanguageModelMiddleware } from "ai";
import { cacheMarks } from "../wire/cache-marks";

/** "anthropic/claude-haiku-4.5", and the aliases that begin with "~". */
const OF_ANTHROPIC = /^~?anthropic\//;

const marks = cacheMarks({ openrouter: { cacheControl: { type: "ephemeral" } } });

/**
 * Anthropic's models cache what is marked; the other providers behind OpenRouter cache by themselves:
 * https://openrouter.ai/docs/features/prompt-caching
 */
export function openrouterCacheMarks(modelId: string): LanguageModelMiddleware | undefined {
  return OF_ANTHROPIC.test(modelId) ? marks : undefined;
}

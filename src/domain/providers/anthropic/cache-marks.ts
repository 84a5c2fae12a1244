import { cacheMarks } from "../wire/cache-marks";

/**
 * Kept for five minutes from its last use:
 * https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching
 */
export const anthropicCacheMarks = cacheMarks({ anthropic: { cacheControl: { type: "ephemeral" } } });

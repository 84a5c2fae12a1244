import { z } from "zod";

/** Providers a person can hold a key for. The database enum `ai_provider` carries the same values. */
export const AI_PROVIDERS = ["anthropic", "openai", "openrouter"] as const;

export const aiProviderSchema = z.enum(AI_PROVIDERS);
export type AiProvider = z.infer<typeof aiProviderSchema>;

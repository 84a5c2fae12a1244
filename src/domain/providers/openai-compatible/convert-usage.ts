import type { OpenAICompatibleProviderSettings } from "@ai-sdk/openai-compatible";
import type { LanguageModelV4Usage } from "@ai-sdk/provider";
import { z } from "zod";

type ReportedUsage = Parameters<NonNullable<OpenAICompatibleProviderSettings["convertUsage"]>>[0];

const countSchema = z.number().min(0).nullish().catch(null);

/** Cache counts by their various names: OpenAI's, DeepSeek's, and Anthropic's as gateways pass them on. */
const countsSchema = z.object({
  prompt_tokens: countSchema,
  completion_tokens: countSchema,
  total_tokens: countSchema,
  prompt_tokens_details: z
    .object({ cached_tokens: countSchema, cache_write_tokens: countSchema })
    .nullish()
    .catch(null),
  completion_tokens_details: z.object({ reasoning_tokens: countSchema }).nullish().catch(null),
  prompt_cache_hit_tokens: countSchema,
  cache_read_input_tokens: countSchema,
  cache_creation_input_tokens: countSchema,
});

/**
 * Servers disagree on whether `prompt_tokens` includes cached tokens and `completion_tokens` includes
 * reasoning. In OpenAI's they do, which is assumed unless the server's own numbers contradict it: a part
 * cannot exceed its whole, and `total_tokens` shows which sum was meant. Either way no token is counted
 * twice.
 */
export function convertUsage(usage: ReportedUsage): LanguageModelV4Usage {
  const counts = countsSchema.safeParse(usage).data;
  if (!usage || !counts) return NOTHING_REPORTED;
  const read =
    counts.prompt_tokens_details?.cached_tokens ??
    counts.prompt_cache_hit_tokens ??
    counts.cache_read_input_tokens ??
    0;
  const written =
    counts.prompt_tokens_details?.cache_write_tokens ?? counts.cache_creation_input_tokens ?? undefined;
  const reasoning = counts.completion_tokens_details?.reasoning_tokens ?? 0;
  const { input, output } = totalsOf(counts, read + (written ?? 0), reasoning);
  return {
    inputTokens: {
      total: input,
      noCache: input - read - (written ?? 0),
      cacheRead: read,
      cacheWrite: written,
    },
    outputTokens: { total: output, text: output - reasoning, reasoning },
  };
}

/** @param cache tokens read from and written to the cache */
function totalsOf(counts: z.infer<typeof countsSchema>, cache: number, reasoning: number) {
  const prompt = counts.prompt_tokens ?? 0;
  const completion = counts.completion_tokens ?? 0;
  const readings = [prompt, prompt + cache].flatMap((input) =>
    [completion, completion + reasoning].map((output) => ({ input, output })),
  );
  const possible = readings.filter(({ input, output }) => input >= cache && output >= reasoning);
  return (
    possible.find(({ input, output }) => input + output === counts.total_tokens) ??
    possible[0] ?? { input: prompt + cache, output: completion + reasoning }
  );
}

const NOTHING_REPORTED: LanguageModelV4Usage = {
  inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: undefined, text: undefined, reasoning: undefined },
};

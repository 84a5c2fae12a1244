import type { LanguageModelV4Prompt, SharedV4ProviderOptions } from "@ai-sdk/provider";
import type { LanguageModelMiddleware } from "ai";

/**
 * Marks up to which places of a request its provider shall keep it, so that the next request with the same
 * beginning costs a tenth of that. Four marks at most, which is what Anthropic accepts:
 *
 * - the end of the instructions, before which stand the tools: the same for every message of a project;
 * - the end of what was there before the person's newest message: the next message finds this place again,
 *   whatever becomes of the newest one until then;
 * - the ends of the last two messages: between the rounds of one answer, the next request goes on from there.
 *
 * @param mark as the client of this provider takes it
 */
export function cacheMarks(mark: SharedV4ProviderOptions): LanguageModelMiddleware {
  return {
    transformParams: async ({ params }) => ({ ...params, prompt: markedPrompt(params.prompt, mark) }),
  };
}

function markedPrompt(prompt: LanguageModelV4Prompt, mark: SharedV4ProviderOptions): LanguageModelV4Prompt {
  const newest = prompt.findLastIndex(({ role }) => role === "user");
  const lastInstruction = prompt.findLastIndex(({ role }) => role === "system");
  const marked = new Set([lastInstruction, newest - 1, prompt.length - 2, prompt.length - 1]);
  return prompt.map((message, index) =>
    marked.has(index) ? { ...message, providerOptions: withMark(message.providerOptions, mark) } : message,
  );
}

function withMark(
  options: SharedV4ProviderOptions | undefined,
  mark: SharedV4ProviderOptions,
): SharedV4ProviderOptions {
  const merged = Object.entries(mark).map(([provider, each]) => [
    provider,
    { ...options?.[provider], ...each },
  ]);
  return { ...options, ...Object.fromEntries(merged) };
}

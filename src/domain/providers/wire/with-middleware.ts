import type { LanguageModelV4 } from "@ai-sdk/provider";
import { type LanguageModelMiddleware, wrapLanguageModel } from "ai";

/**
 * `wrapLanguageModel` of the AI SDK, typed for the agent framework: the SDK's own type has one more finish
 * reason (`interrupted`), which the framework's lacks.
 *
 * @param middleware of several, the first is the outermost
 */
export function withMiddleware(
  model: LanguageModelV4,
  middleware: LanguageModelMiddleware | LanguageModelMiddleware[],
): LanguageModelV4 {
  return wrapLanguageModel({ model, middleware }) as LanguageModelV4;
}

import type { LanguageModelV4 } from "@ai-sdk/provider";
import { type LanguageModelMiddleware, wrapLanguageModel } from "ai";

/**
 * `wrapLanguageModel` of the AI SDK, with the type of model that the agent framework takes: the SDK's own
 * version has one more reason for an end (`interrupted`), which the framework's does not name yet.
 */
export function withMiddleware(model: LanguageModelV4, middleware: LanguageModelMiddleware): LanguageModelV4 {
  return wrapLanguageModel({ model, middleware }) as LanguageModelV4;
}

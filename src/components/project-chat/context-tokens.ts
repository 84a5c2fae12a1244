import type { ChatMessage } from "./chat-message";

/**
 * How many tokens the conversation took in the model's context with its latest answer: what the provider
 * counted as input and output of the answer's last request. Null if that is not known.
 */
export function contextTokensOf(messages: readonly ChatMessage[]): number | null {
  const answer = messages.findLast(({ role }) => role === "assistant");
  const { contextTokens, usage } = answer?.metadata ?? {};
  if (isCount(contextTokens)) return contextTokens;
  // The usage is a sum: of one request only, it is what that request took.
  const requests = answer?.parts.filter(({ type }) => type === "step-start").length ?? 0;
  if (requests !== 1 || typeof usage !== "object" || usage === null) return null;
  const { inputTokens, outputTokens } = usage as Record<string, unknown>;
  return isCount(inputTokens) && isCount(outputTokens) ? inputTokens + outputTokens : null;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value > 0;
}

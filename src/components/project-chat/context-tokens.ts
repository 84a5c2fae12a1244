import type { ChatMessage } from "./chat-message";

/**
 * How many tokens the conversation took in the model's context with the latest answer that says so: what the
 * provider counted as input and output of its last request. Null if none says so.
 */
export function contextTokensOf(messages: readonly ChatMessage[]): number | null {
  for (const { role, metadata, parts } of messages.toReversed()) {
    if (role !== "assistant") continue;
    const { contextTokens, usage } = metadata ?? {};
    if (isCount(contextTokens)) return contextTokens;
    // The usage is a sum: of one request only, it is what that request took. A summary was another one.
    if (parts.some(({ type }) => type === "data-compaction")) continue;
    const requests = parts.filter(({ type }) => type === "step-start").length;
    if (requests !== 1 || typeof usage !== "object" || usage === null) continue;
    const { inputTokens, outputTokens } = usage as Record<string, unknown>;
    if (isCount(inputTokens) && isCount(outputTokens)) return inputTokens + outputTokens;
  }
  return null;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value > 0;
}

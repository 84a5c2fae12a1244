import { asRecord } from "../../json";
import type { Usage } from "../../usage";
import type { AnswerFacts, AnswerReshaping } from "../dialect";
import { dataOf } from "../server-sent-event";

/**
 * Adds the cache to the usage, which aimock omits: input_tokens counts only tokens neither read from nor
 * written to it.
 */
export function reshapeAnthropic({ usage }: AnswerFacts): AnswerReshaping {
  return {
    event(event) {
      const isStart = event.startsWith("event: message_start");
      if (!isStart && !event.startsWith("event: message_delta")) return [event];
      const data = dataOf(event);
      if (!data) return [event];
      const message = asRecord(data.message);
      const reshaped = isStart
        ? { ...data, message: { ...message, usage: { ...usageOf(usage), output_tokens: 1 } } }
        : { ...data, usage: usageOf(usage) };
      return [`event: ${String(data.type)}\ndata: ${JSON.stringify(reshaped)}`];
    },
    whole(body) {
      const message = asRecord(body);
      return message.type === "message" ? { ...message, usage: usageOf(usage) } : body;
    },
  };
}

function usageOf({ inputTokens, cachedTokens, cacheWriteTokens, outputTokens }: Usage) {
  return {
    input_tokens: inputTokens - cachedTokens - cacheWriteTokens,
    cache_creation_input_tokens: cacheWriteTokens,
    cache_read_input_tokens: cachedTokens,
    cache_creation: { ephemeral_5m_input_tokens: cacheWriteTokens, ephemeral_1h_input_tokens: 0 },
    output_tokens: outputTokens,
    service_tier: "standard",
  };
}

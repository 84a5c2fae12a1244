import { createHash } from "node:crypto";
import { asRecord, asRecords, type JsonRecord } from "../../json";
import type { Usage } from "../../usage";
import type { AnswerFacts, AnswerReshaping } from "../dialect";
import { dataEvent, dataOf } from "../server-sent-event";

/** Usage comes with the last chunk, thinking is a part of the content, and call ids have nine characters. */
export function reshapeMistral({ usage }: AnswerFacts): AnswerReshaping {
  return {
    event(event) {
      const chunk = dataOf(event);
      if (!chunk) return [event];
      const [choice] = asRecords(chunk.choices);
      // OpenAI's separate usage chunk.
      if (!choice) return [];
      const isLast = typeof choice.finish_reason === "string";
      const choices = [{ ...choice, delta: reshaped(asRecord(choice.delta)) }];
      return [dataEvent({ ...chunk, choices, ...(isLast ? { usage: usageOf(usage) } : {}) })];
    },
    whole(body) {
      const completion = asRecord(body);
      if (completion.object !== "chat.completion") return body;
      const choices = asRecords(completion.choices).map((choice) => ({
        ...choice,
        message: reshaped(asRecord(choice.message)),
      }));
      return { ...completion, choices, usage: usageOf(usage) };
    },
  };
}

function reshaped({ reasoning_content: thinking, tool_calls: calls, ...message }: JsonRecord): JsonRecord {
  return {
    ...message,
    ...(typeof thinking === "string"
      ? { content: [{ type: "thinking", thinking: [{ type: "text", text: thinking }] }] }
      : {}),
    ...(Array.isArray(calls) ? { tool_calls: asRecords(calls).map(withShortId) } : {}),
  };
}

function withShortId(call: JsonRecord): JsonRecord {
  return typeof call.id === "string"
    ? { ...call, id: createHash("sha256").update(call.id).digest("hex").slice(0, 9) }
    : call;
}

function usageOf({ inputTokens, cachedTokens, outputTokens }: Usage) {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    num_cached_tokens: cachedTokens,
  };
}

import { asRecord, asRecords, type JsonRecord } from "../../json";
import type { Usage } from "../../usage";
import type { AnswerFacts, AnswerReshaping } from "../dialect";
import { dataEvent, dataOf } from "../server-sent-event";

/** @param thinking whether the provider shows its models' thinking, as `reasoning_content` */
export function reshapeOpenAi({ chat, usage }: AnswerFacts, thinking: "hidden" | "shown"): AnswerReshaping {
  return {
    event(event) {
      const chunk = dataOf(event);
      if (!chunk) return [event];
      if (thinking === "hidden" && deltaOf(chunk).reasoning_content !== undefined) return [];
      if (!chat.wantsUsage) return [event];
      // Only the last chunk has usage; with stream_options.include_usage all others have a null usage.
      const isLast = asRecords(chunk.choices).length === 0;
      return [dataEvent({ ...chunk, usage: isLast ? openAiUsage(usage) : null })];
    },
    whole(body) {
      const completion = asRecord(body);
      if (completion.object !== "chat.completion") return body;
      const choices = asRecords(completion.choices).map((choice) => {
        const { reasoning_content, ...message } = asRecord(choice.message);
        const shown = thinking === "shown" && reasoning_content !== undefined ? { reasoning_content } : {};
        return { ...choice, message: { ...message, ...shown } };
      });
      return { ...completion, choices, usage: openAiUsage(usage) };
    },
  };
}

/** The delta of a chunk's only choice. */
export function deltaOf(chunk: JsonRecord): JsonRecord {
  return asRecord(asRecords(chunk.choices)[0]?.delta);
}

/** Both totals include their parts: prompt_tokens the cached ones, completion_tokens the reasoning. */
function openAiUsage(usage: Usage) {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cachedTokens, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoningTokens,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

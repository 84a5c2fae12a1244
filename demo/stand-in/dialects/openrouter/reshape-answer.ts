import { asRecord, asRecords, type JsonRecord } from "../../json";
import type { AnswerFacts, AnswerReshaping } from "../dialect";
import { deltaOf } from "../openai/reshape-answer";
import { dataEvent, dataOf } from "../server-sent-event";
import { costOf } from "./cost";

const FORMAT = "anthropic-claude-v1";

/**
 * Thinking as `reasoning` and `reasoning_details`, and usage with the cost at the end of every answer.
 *
 * https://openrouter.ai/docs/use-cases/reasoning-tokens,
 * https://openrouter.ai/docs/use-cases/usage-accounting
 */
export function reshapeOpenRouter(answer: AnswerFacts): AnswerReshaping {
  const { signature } = answer;
  const usage = openRouterUsage(answer);
  let signatureIsDue = signature !== undefined;
  return {
    event(event) {
      const chunk = dataOf(event);
      if (!chunk) return [event];
      const choices = asRecords(chunk.choices);
      if (choices.length === 0) return [dataEvent({ ...chunk, usage })];
      const { reasoning_content: text } = deltaOf(chunk);
      if (typeof text === "string") {
        const details = [{ type: "reasoning.text", text, format: FORMAT, index: 0 }];
        return [reasoningEvent(chunk, { reasoning: text, reasoning_details: details })];
      }
      if (!signatureIsDue) return [event];
      signatureIsDue = false;
      const details = [{ type: "reasoning.text", signature, format: FORMAT, index: 0 }];
      return [reasoningEvent(chunk, { reasoning: null, reasoning_details: details }), event];
    },
    whole(body) {
      const completion = asRecord(body);
      if (completion.object !== "chat.completion") return body;
      const choices = asRecords(completion.choices).map((choice) => {
        const { reasoning_content: text, ...message } = asRecord(choice.message);
        if (typeof text !== "string") return { ...choice, message };
        const details = [{ type: "reasoning.text", text, signature, format: FORMAT, index: 0 }];
        return { ...choice, message: { ...message, reasoning: text, reasoning_details: details } };
      });
      return { ...completion, choices, usage };
    },
  };
}

/** A copy of this chunk with only reasoning. */
function reasoningEvent(chunk: JsonRecord, reasoning: JsonRecord): string {
  const delta = { role: "assistant", content: "", ...reasoning };
  return dataEvent({
    ...chunk,
    choices: [{ index: 0, delta, finish_reason: null, native_finish_reason: null, logprobs: null }],
  });
}

function openRouterUsage({ chat, usage }: AnswerFacts) {
  const cost = costOf(chat.model, usage);
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    cost: cost.total,
    is_byok: false,
    prompt_tokens_details: {
      cached_tokens: usage.cachedTokens,
      cache_write_tokens: usage.cacheWriteTokens,
      audio_tokens: 0,
      video_tokens: 0,
    },
    cost_details: {
      upstream_inference_cost: cost.total,
      upstream_inference_prompt_cost: cost.prompt,
      upstream_inference_completions_cost: cost.completion,
    },
    completion_tokens_details: { reasoning_tokens: usage.reasoningTokens, image_tokens: 0 },
  };
}

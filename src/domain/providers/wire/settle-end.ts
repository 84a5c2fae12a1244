import type { LanguageModelV4StreamPart, LanguageModelV4Usage } from "@ai-sdk/provider";
import { failureOfFinish, finishKindOf } from "../failures/failure-of-finish";
import { ProviderFailure } from "../failures/provider-failure";
import type { AnswerState } from "./answer-state";

type Part = LanguageModelV4StreamPart;
type FinishPart = Extract<Part, { type: "finish" }>;

/**
 * Makes a streamed answer end in one of two ways: well, or with an error.
 *
 * To an agent, a refused or truncated answer looks like an end, and after an unknown finish reason
 * ("eos_token"), or one that speaks of tool calls when there are none, it repeats the same request again and
 * again, at the payer's cost. The error comes after the last part, so that the received text and its tokens
 * are kept.
 *
 * @param stateOf what the reader of the answer's bytes knows; null if it was not read
 */
export function settleEnd(stateOf: () => AnswerState | null): TransformStream<Part, Part> {
  let isSettled = false;
  let callsTools = false;
  const fail = (controller: TransformStreamDefaultController<Part>, error: unknown) => {
    if (!isSettled) controller.enqueue({ type: "error", error });
    isSettled = true;
  };
  return new TransformStream({
    transform(part, controller) {
      if (part.type === "error") {
        // The client misses the end that the failure took away.
        fail(controller, stateOf()?.failure ?? part.error);
        return;
      }
      if (part.type === "tool-call") callsTools = true;
      if (part.type !== "finish") {
        controller.enqueue(part);
        return;
      }
      const { raw, unified } = part.finishReason;
      const kind = kindOf(part);
      const state = stateOf();
      const failure = isSettled ? null : (state?.failure ?? failureOfFinish(kind, raw));
      controller.enqueue({
        ...part,
        // On finish reason "error" the agent creates a generic error of its own; ours follows.
        finishReason: { raw, unified: agentReason(kind ?? (failure ? "stop" : unified), callsTools) },
        usage: state ? reportedUsage(part.usage, state) : part.usage,
      });
      if (failure) fail(controller, failure);
      isSettled = true;
    },
    // Anthropic's client reports nothing when a stream stops in the middle.
    flush(controller) {
      fail(controller, stateOf()?.failure ?? new ProviderFailure("stream_interrupted"));
    },
  });
}

/** The client knows its provider's words; what it does not know, the table of all servers' words does. */
function kindOf({ finishReason: { unified, raw } }: FinishPart) {
  if (raw !== undefined && (unified === "other" || unified === "stop")) return finishKindOf(raw);
  return unified === "other" ? null : unified;
}

function agentReason(kind: FinishPart["finishReason"]["unified"], callsTools: boolean) {
  // Ollama says "stop" where OpenAI says "tool_calls": https://github.com/ollama/ollama/pull/7963
  if (kind === "stop" || kind === "tool-calls") return callsTools ? "tool-calls" : "stop";
  return kind === "error" ? "stop" : kind;
}

/** Without the counts that clients set to zero because nobody reported them. */
function reportedUsage(usage: LanguageModelV4Usage, { usage: seen }: AnswerState): LanguageModelV4Usage {
  return {
    ...usage,
    inputTokens:
      seen.input === undefined
        ? { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined }
        : usage.inputTokens,
    outputTokens:
      seen.output === undefined
        ? { total: undefined, text: undefined, reasoning: undefined }
        : usage.outputTokens,
  };
}

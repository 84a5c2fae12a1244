import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { failureOfFinish, finishKindOf } from "../failures/failure-of-finish";
import { ProviderFailure } from "../failures/provider-failure";
import type { AnswerState } from "./answer-state";
import type { PartStep } from "./part-step";

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
export function settleEnd(stateOf: () => AnswerState | null): PartStep {
  let isSettled = false;
  let callsTools = false;
  const fail = (pass: (part: Part) => void, error: unknown) => {
    isSettled = true;
    pass({ type: "error", error });
  };
  return {
    accept(part, pass) {
      if (part.type === "error") {
        // The client misses the end that the failure took away.
        if (!isSettled) fail(pass, stateOf()?.failure ?? part.error);
        return;
      }
      if (part.type === "tool-call") callsTools = true;
      if (part.type !== "finish") {
        pass(part);
        return;
      }
      const { raw, unified } = part.finishReason;
      const state = stateOf();
      const kind = kindOf(part, state);
      const failure = isSettled ? null : (state?.failure ?? failureOfFinish(kind, raw));
      pass({
        ...part,
        // On finish reason "error" the agent creates a generic error of its own; ours follows.
        finishReason: { raw, unified: agentReason(kind ?? (failure ? "stop" : unified), callsTools) },
      });
      if (failure) fail(pass, failure);
      isSettled = true;
    },
    // Anthropic's client reports nothing when a stream stops in the middle.
    end(pass) {
      if (!isSettled) fail(pass, stateOf()?.failure ?? new ProviderFailure("stream_interrupted"));
    },
  };
}

/** What clients guess where the word says something else, or nothing: an answer with calls ends with them. */
const GUESSES = new Set<string>(["other", "stop", "tool-calls"]);

/** The client knows its provider's words; what it does not know, the table of all servers' words does. */
function kindOf({ finishReason: { unified, raw } }: FinishPart, state: AnswerState | null) {
  if (raw !== undefined && GUESSES.has(unified)) return finishKindOf(raw);
  const isGuess = unified === "other" || (unified === "tool-calls" && state?.hasFinish === false);
  return isGuess ? null : unified;
}

function agentReason(kind: FinishPart["finishReason"]["unified"], callsTools: boolean) {
  // Ollama says "stop" where OpenAI says "tool_calls": https://github.com/ollama/ollama/pull/7963
  if (kind === "stop" || kind === "tool-calls") return callsTools ? "tool-calls" : "stop";
  return kind === "error" ? "stop" : kind;
}

import { ProviderFailure, type ProviderFailureCode } from "./provider-failure";

/** How an answer ended, in whatever word its server has for it. */
export type FinishKind = "stop" | "length" | "tool-calls" | "content-filter" | "error";

/** Words of servers, by what they mean. The first row that matches decides. */
const FINISH_WORDS: readonly [FinishKind, RegExp][] = [
  [
    "content-filter",
    /refus|content.?(filter|policy|management)|safety|unsafe|flagged|blocked|block_?list|prohibited|recitation|moderat|guardrail|sensitive|\bspii\b/,
  ],
  // Broken off by the server: DeepSeek's insufficient_system_resource, vLLM's abort, SGLang's abort.
  [
    "error",
    /error|insufficient|resource|abort|cancel|fail|malformed|overload|unavailable|timeout|timed.?out|interrupt|network|exception|unexpected_tool|invalid|rate.?limit/,
  ],
  ["length", /length|max|limit|truncat|context.?(window|full)|budget|incomplete/],
  ["tool-calls", /tool|function.?call/],
];

/** @param word the server's own, which may be any */
export function finishKindOf(word: string): FinishKind {
  const lower = word.toLowerCase();
  // Any other word ends an answer well: "stop", "end_turn", "eos_token", "stop_sequence", "done".
  return FINISH_WORDS.find(([, pattern]) => pattern.test(lower))?.[0] ?? "stop";
}

/**
 * An answer that started well can still end badly without an error: with a refusal (Anthropic's `refusal`,
 * OpenAI's `content_filter`), with a fault reported only as finish reason (Mistral's `error`, Gemini's
 * `MALFORMED_FUNCTION_CALL`, DeepSeek's `insufficient_system_resource`), or without a reason because the
 * connection broke, which looks like an end.
 *
 * @param kind null if the server gave no reason
 * @returns null if the answer ended well
 */
export function failureOfFinish(kind: FinishKind | null, word = ""): ProviderFailure | null {
  switch (kind) {
    case "content-filter":
      return new ProviderFailure("provider_content_refused");
    case "error":
      return new ProviderFailure(codeOfFault(word));
    case null:
      return new ProviderFailure("stream_interrupted");
    default:
      return null;
  }
}

function codeOfFault(word: string): ProviderFailureCode {
  if (/insufficient|resource|overload|unavailable/i.test(word)) return "provider_overloaded";
  if (/timeout|timed.?out/i.test(word)) return "provider_timeout";
  return /abort|cancel|interrupt|network/i.test(word) ? "stream_interrupted" : "provider_error";
}

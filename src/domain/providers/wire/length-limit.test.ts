import { expect, test } from "vitest";
import { saysLengthLimit } from "./length-limit";

test.each([
  "length",
  "LENGTH",
  "max_tokens",
  "MAX_TOKENS",
  "max_output_tokens",
  "maxTokens",
  "max_new_tokens",
  "max_completion_tokens",
  "maximum_tokens",
  "max_length",
  "max-tokens",
  "model_length",
  "token_limit",
  "tokens_limit_reached",
  "length_limit",
  "model_context_window_exceeded",
  "context_length_exceeded",
  "FINISH_REASON_MAX_TOKENS",
])("the reason %s means that the answer was cut", (reason) => {
  expect(saysLengthLimit(reason)).toBe(true);
});

test.each([
  "stop",
  "eos_token",
  "end_turn",
  "tool_calls",
  "content_filter",
  "error",
  "",
  "stop_sequence",
  "abort",
])("the reason %j does not", (reason) => {
  expect(saysLengthLimit(reason)).toBe(false);
});

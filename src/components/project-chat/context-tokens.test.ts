import { expect, test } from "vitest";
import type { ChatMessage } from "./chat-message";
import { contextTokensOf } from "./context-tokens";

const usage = { inputTokens: 900, outputTokens: 100 };

function answer(metadata: Record<string, unknown>, requests: number): ChatMessage[] {
  return [
    { id: "q", role: "user", parts: [] },
    {
      id: "a",
      role: "assistant",
      metadata,
      parts: Array.from({ length: requests }, () => ({ type: "step-start" })),
    },
  ];
}

test.each([
  ["of the answer's last request", answer({ usage, contextTokens: 400 }, 3), 400],
  ["of its only request", answer({ usage }, 1), 1000],
  [
    "of the answer before, while there are none yet",
    [...answer({ contextTokens: 400 }, 1), ...answer({}, 1)],
    400,
  ],
  ["not known: the usage is a sum", answer({ usage }, 2), null],
  ["not known: nothing is reported", answer({}, 1), null],
  ["not known: no answer", [], null],
])("the tokens in the context are those %s", (_what, messages, tokens) => {
  expect(contextTokensOf(messages)).toBe(tokens);
});

import { expect, test } from "vitest";
import type { ChatMessageMetadata } from "@/contracts/chat";
import { answerReceipt } from "./answer-receipt";

test("says that the platform paid", () => {
  const metadata: ChatMessageMetadata = { keyProvider: "platform", model: "claude-haiku-4-5" };
  expect(answerReceipt(metadata)).toBe("Haiku · platform key");
});

test("says which personal key paid, and how much", () => {
  const metadata: ChatMessageMetadata = {
    keyProvider: "personal",
    model: "claude-haiku-4-5",
    keyLast4: "abcd",
    usage: { inputTokens: 1200, outputTokens: 4, cachedInputTokens: 0 },
  };
  expect(answerReceipt(metadata)).toBe("Haiku · personal key ···abcd · 1,204 tokens");
});

test.each([
  undefined,
  {},
  { model: "claude-haiku-4-5" },
  { keyProvider: "someone", model: "x" },
  { keyProvider: "platform" },
])("claims nothing when the message says nothing: %j", (metadata) => {
  expect(answerReceipt(metadata)).toBeNull();
});

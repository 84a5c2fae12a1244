import { describe, expect, test } from "vitest";
import type { ChatMessageMetadata } from "@/contracts/chat";
import { type AnswerPayer, payerOf, switchesIn, switchSentence } from "./answer-payer";
import { namesIn } from "./use-names";

const WORK: ChatMessageMetadata = {
  keyProvider: "personal",
  aiProvider: "anthropic",
  model: "claude-haiku-4-5",
  keyId: "1",
  keyLabel: "Work",
  keyLast4: "abcd",
};
const PLATFORM: ChatMessageMetadata = {
  keyProvider: "platform",
  aiProvider: "anthropic",
  model: "claude-haiku-4-5",
};

function payer(metadata: Record<string, unknown>): AnswerPayer {
  const found = payerOf(metadata);
  if (!found) throw new Error("the metadata names no payer");
  return found;
}

function sentences(...answers: (Record<string, unknown> | undefined)[]): (string | null)[] {
  return switchesIn(answers.map(payerOf)).map((change) => change && switchSentence(change, namesIn(null)));
}

describe("where a conversation switches payer or model", () => {
  test("there is no switch before the first answer, nor while nothing changes", () => {
    expect(sentences(WORK, WORK, WORK)).toEqual([null, null, null]);
  });

  test("a new payer, model or provider is named where it begins", () => {
    expect(
      sentences(
        PLATFORM,
        WORK,
        { ...WORK, model: "claude-sonnet-4-5" },
        {
          ...WORK,
          aiProvider: "openai",
          model: "gpt-x",
          keyId: "2",
          keyLabel: "OpenAI key",
          keyLast4: "wxyz",
        },
        PLATFORM,
      ),
    ).toEqual([
      null,
      "Switched to Haiku · your key Work ···abcd",
      "Switched to Sonnet · your key Work ···abcd",
      "Switched to gpt-x at openai · your key ···wxyz",
      "Switched to Haiku at anthropic · platform key",
    ]);
  });

  test("another key of the same provider is a switch, even if it replaced the first one", () => {
    expect(sentences(WORK, { ...WORK, keyId: "2", keyLast4: "wxyz" })[1]).toContain("···wxyz");
    expect(sentences(WORK, { ...WORK, keyLast4: "wxyz" })[1]).toContain("···wxyz");
    expect(sentences(WORK, { ...WORK, keyId: "2" })[1]).not.toBeNull();
  });

  test("renaming a key is not a switch", () => {
    expect(sentences(WORK, { ...WORK, keyLabel: "Home" })).toEqual([null, null]);
  });

  test("an answer without a payer is skipped", () => {
    expect(sentences(WORK, undefined, {}, WORK)).toEqual([null, null, null, null]);
    expect(sentences(WORK, undefined, PLATFORM)[2]).toBe("Switched to Haiku · platform key");
  });

  test("answers stored before keys and providers were recorded are not a switch to the same key", () => {
    const { keyId: _id, aiProvider: _provider, keyLabel: _label, ...old } = WORK;
    expect(sentences(old, WORK)).toEqual([null, null]);
  });
});

test.each([
  undefined,
  {},
  { model: "x" },
  { keyProvider: "someone", model: "x" },
  { keyProvider: "platform" },
])("%j names no payer", (metadata) => {
  expect(payerOf(metadata)).toBeNull();
});

test("a key's name that is not text is ignored", () => {
  expect(payer({ ...WORK, keyId: 7, keyLabel: { a: 1 }, keyLast4: 8 })).toMatchObject({
    keyId: null,
    keyLabel: null,
    last4: null,
  });
});

import { describe, expect, test } from "vitest";
import type { ChatMessageMetadata } from "@/contracts/chat";
import type { ModelPrice } from "@/contracts/models";
import { conversationSum, receiptLine, receiptOf, receiptRows } from "./receipt";
import { namesIn } from "./use-names";

const NAMES = namesIn(null);

const FULL: ChatMessageMetadata = {
  keyProvider: "personal",
  model: "claude-haiku-4-5",
  aiProvider: "anthropic",
  keyId: "1",
  keyLabel: "Anthropic key",
  keyLast4: "abcd",
  usage: {
    inputTokens: 1200,
    outputTokens: 4,
    cachedInputTokens: 600,
    cacheWriteTokens: 100,
    reasoningTokens: 2,
  },
  cost: { microUsd: 1345, source: "estimated" },
  latency: { firstTokenMs: 812, totalMs: 2340 },
};

function line(metadata: Record<string, unknown> | undefined): string | null {
  const receipt = receiptOf(metadata, NAMES);
  return receipt && receiptLine(receipt);
}

function rows(metadata: Record<string, unknown>): [string, string][] {
  const receipt = receiptOf(metadata, NAMES);
  return receipt ? receiptRows(receipt) : [];
}

function answer(metadata: Record<string, unknown> | undefined, hasContent = true) {
  return { receipt: receiptOf(metadata, NAMES), hasContent };
}

function saved(of: Record<string, unknown>, prices: ModelPrice | null): string | null | undefined {
  const receipt = receiptOf(of, { ...NAMES, price: () => prices });
  return receipt && new Map(receiptRows(receipt)).get("Saved by the cache");
}

describe("the line under an answer", () => {
  test("says that the platform paid", () => {
    expect(line({ keyProvider: "platform", model: "claude-haiku-4-5" })).toBe("Haiku · platform key");
  });

  test("says which personal key paid, for how many tokens, and about how much", () => {
    expect(line(FULL)).toBe("Haiku · personal key ···abcd · 1,204 tokens · about $0.0013");
  });

  test("names the key if the person did", () => {
    expect(line({ ...FULL, keyLabel: "Work" })).toContain("Haiku · personal key Work ···abcd · ");
  });

  test.each([
    [0, "$0.0000"],
    [40, "below $0.0001"],
    [99_999, "$0.1000"],
    [1_234_567, "$1.23"],
  ])("%i micro-dollars that the provider reported are %s", (microUsd, shown) => {
    expect(line({ ...FULL, cost: { microUsd, source: "reported" } })).toContain(`tokens · ${shown}`);
  });

  test.each([
    undefined,
    {},
    { model: "claude-haiku-4-5" },
    { keyProvider: "someone", model: "x" },
    { keyProvider: "platform" },
  ])("claims nothing when the message says nothing: %j", (metadata) => {
    expect(receiptOf(metadata, NAMES)).toBeNull();
  });

  test("invalid figures are left out", () => {
    const metadata = { ...FULL, usage: { inputTokens: "many" }, cost: { microUsd: -1 }, latency: 7 };
    expect(line(metadata)).toBe("Haiku · personal key ···abcd");
  });
});

describe("the whole receipt", () => {
  test("names every part", () => {
    expect(rows(FULL)).toEqual([
      ["Paid by", "personal key ···abcd"],
      ["Provider", "anthropic"],
      ["Model", "Haiku"],
      ["Model's id", "claude-haiku-4-5"],
      ["Input", "1,200 tokens"],
      ["of it from the cache", "600 tokens"],
      ["of it written to the cache", "100 tokens"],
      ["Output", "4 tokens"],
      ["of it reasoning", "2 tokens"],
      ["Cost", "about $0.0013"],
      ["The cost is", "estimated by list prices"],
      ["First words after", "0.8 s"],
      ["Complete after", "2.3 s"],
    ]);
  });

  const CACHED = { ...FULL, usage: { ...FULL.usage, inputTokens: 200_000, cachedInputTokens: 100_000 } };
  const price = { input: 1_000_000, output: 5_000_000, cachedInput: 100_000, cacheWrite: 1_250_000 };

  test("says what the cache saved, less what writing to it cost", () => {
    const cacheWriteTokens = 40_000;
    expect(saved(CACHED, price)).toBe("about $0.0900");
    expect(saved({ ...CACHED, usage: { ...CACHED.usage, cacheWriteTokens } }, price)).toBe("about $0.0800");
  });

  test.each([
    ["the price is not known", CACHED, null],
    ["the cache has no price of its own", CACHED, { ...price, cachedInput: null }],
    ["nothing came from the cache", { ...FULL, usage: { ...FULL.usage, cachedInputTokens: 0 } }, price],
  ])("says nothing of it when %s", (_when, of, prices) => {
    expect(saved(of, prices)).toBeUndefined();
  });

  test.each([
    ["partial", "at least this: the provider counted a part only"],
    ["floor", "at least this: it ended before the provider had counted it"],
  ] as const)(
    "of an answer that was not counted to its end (%s) says that it cost at least so much",
    (source, how) => {
      const metadata = { ...FULL, cost: { microUsd: 1345, source } };
      expect(line(metadata)).toContain("· at least $0.0013");
      expect(new Map(rows(metadata)).get("The cost is")).toBe(how);
      expect(conversationSum([answer(FULL), answer(metadata)])).toBe(
        "2 answers · 2,408 tokens · at least $0.0027",
      );
      const ofPlatform = answer({ ...FULL, keyProvider: "platform" });
      expect(conversationSum([ofPlatform, answer(metadata)])).toContain("platform $0.0013 · at least");
    },
  );

  test("an unknown cost is stated, so that it does not look free", () => {
    const { cost: _cost, ...unpriced } = FULL;
    expect(rows(unpriced)).toContainEqual(["Cost", "not known"]);
  });
});

describe("the sum of a conversation", () => {
  const { cost: _cost, ...unpriced } = FULL;
  const { usage: _usage, ...uncounted } = unpriced;

  test("adds tokens and costs of all its answers", () => {
    expect(conversationSum([answer(FULL), answer(undefined), answer(FULL)])).toBe(
      "2 answers · 2,408 tokens · about $0.0027",
    );
  });

  test("is split by who paid, so that nobody takes the platform's money for their own", () => {
    const ofPlatform = answer({ ...FULL, keyProvider: "platform", keyId: undefined, keyLast4: undefined });
    const reported = (each: typeof FULL) => answer({ ...each, cost: { microUsd: 2500, source: "reported" } });
    expect(conversationSum([answer(FULL), ofPlatform, answer(FULL)])).toBe(
      "3 answers · 3,612 tokens · You $0.0027 · platform $0.0013 · estimated",
    );
    expect(conversationSum([reported(FULL), reported({ ...FULL, keyProvider: "platform" })])).toBe(
      "2 answers · 2,408 tokens · You $0.0025 · platform $0.0025",
    );
    expect(conversationSum([ofPlatform, answer(unpriced)])).toBe(
      "2 answers · 2,408 tokens · platform $0.0013 · estimated · 1 answer without a known cost",
    );
  });

  test("is marked as reported if every cost was", () => {
    const reported = answer({ ...FULL, cost: { microUsd: 1345, source: "reported" } });
    expect(conversationSum([reported, reported])).toBe("2 answers · 2,408 tokens · $0.0027");
    expect(conversationSum([reported, answer(FULL)])).toContain("about $0.0027");
  });

  test("says how many answers have no known cost: without them it is too low", () => {
    expect(conversationSum([answer(FULL), answer(unpriced), answer(FULL)])).toBe(
      "3 answers · 3,612 tokens · about $0.0027 · 1 answer without a known cost",
    );
    expect(conversationSum([answer(unpriced), answer(FULL), answer(unpriced)])).toContain(
      "2 answers without a known cost",
    );
    expect(conversationSum([answer(unpriced), answer(unpriced)])).toBe(
      "2 answers · 2,408 tokens · cost not known",
    );
  });

  test("counts an answer that was stopped before its usage arrived, but none that never began", () => {
    expect(conversationSum([answer(FULL), answer(uncounted)])).toContain("1 answer without a known cost");
    expect(conversationSum([answer(FULL), answer(FULL), answer(uncounted, false)])).toBe(
      "2 answers · 2,408 tokens · about $0.0027",
    );
  });

  test("is null for a single answer", () => {
    expect(conversationSum([answer(FULL), answer(uncounted, false)])).toBeNull();
  });
});

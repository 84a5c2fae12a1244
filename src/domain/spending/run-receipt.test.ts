import { randomUUID } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { COST_SOURCES } from "@/contracts/usage";
import { requestIdOf } from "@/domain/metering/request-id";
import type { UsageRow } from "@/domain/metering/usage-row";
import { PRICE_SOURCE } from "@/domain/models/price-library";
import { ProviderFailure } from "@/domain/providers/failures/provider-failure";
import { providerById } from "@/domain/providers/registry";
import { type AnswerState, newAnswerState, type SeenUsage } from "@/domain/providers/wire/answer-state";
import { AppError } from "@/lib/app-error";
import type { MeteredRequest } from "./metered-request";
import { type ReceiptOf, RunReceipt } from "./run-receipt";

const HAIKU = ["anthropic", "claude-haiku-4-5"] as const;
const ROUTED = ["openrouter", "some/model"] as const;
const OWN = ["openai-compatible", "llama3.2"] as const;
const NO_ECHO = { isIn: () => false };

function receiptFor([provider, model]: readonly [string, string], more: Partial<ReceiptOf> = {}): RunReceipt {
  return new RunReceipt({ adapter: providerById(provider), model, runId: randomUUID(), key: null, ...more });
}

/** A request of 4,000 bytes, of whose answer this is known. */
function sent(receipt: RunReceipt, state?: Partial<AnswerState>, purpose = "chat" as const): MeteredRequest {
  const request = receipt.begin(purpose, NO_ECHO);
  request.wire.sentBytes = 4000;
  if (state) request.wire.state = { ...newAnswerState(), ...state };
  return request;
}

function usage(seen: Partial<SeenUsage>): Pick<AnswerState, "usage" | "hasFinish"> {
  return { usage: { ...newAnswerState().usage, raw: {}, ...seen }, hasFinish: true };
}

/** A receipt of requests that ended with these counts of input and output. */
function whole(receipt: RunReceipt, ...counts: [input?: number, output?: number][]): RunReceipt {
  for (const [input, output] of counts) sent(receipt, usage({ input, output })).end("completed");
  return receipt;
}

const closed = (receipt: RunReceipt) => receipt.close("aborted", null);

/** What is kept of what a server says beside its counts. */
function told(raw: Record<string, unknown>, isIn: (text: string) => boolean = NO_ECHO.isIn) {
  const receipt = receiptFor(OWN);
  const request = receipt.begin("chat", { isIn });
  request.wire.sentBytes = 10;
  request.wire.requestId = "req_1";
  request.wire.state = { ...newAnswerState(), ...usage({ raw, serviceTier: "flex" }) };
  const [row] = closed(receipt);
  return [row?.raw, row?.serviceTier, row?.providerRequestId];
}

describe("the receipt of a run", () => {
  test("is empty before anything was sent", () => {
    const receipt = receiptFor(HAIKU);
    expect(receipt).toMatchObject({ requests: 0, metadata: {} });
    receipt.begin("chat", NO_ECHO);
    expect(receipt.metadata).toEqual({});
    expect(closed(receipt)).toEqual([]);
  });

  test("adds up its requests, each of which is a row with its own price", () => {
    const receipt = whole(receiptFor(["anthropic", "claude-sonnet-4-5"]), [1000, 100], [300_000, 1]);
    expect(receipt.metadata).toEqual({
      usage: { inputTokens: 301_000, outputTokens: 101, cachedInputTokens: 0 },
      contextTokens: 300_001,
      cost: { microUsd: 3000 + 1500 + 1_800_000 + 23, source: "estimated" },
    });
    const prices = closed(receipt).map(({ price }) => price);
    expect(prices).toMatchObject([
      { input: 3_000_000, source: PRICE_SOURCE },
      { input: 6_000_000, source: PRICE_SOURCE },
    ]);
  });

  test("costs at least what was sent and had come, while a request goes on and once it is stopped", () => {
    const receipt = whole(receiptFor(HAIKU), [1000, 100]);
    sent(receipt, { contentBytes: 40 });
    // The first one's 1,100 tokens, since as many bytes were sent again; and ten that had come.
    const atLeast = { microUsd: 1500 + 1100 + 50, source: "floor" };
    expect(receipt.metadata).toMatchObject({ contextTokens: 1100, cost: atLeast });
    expect(closed(receipt)).toMatchObject([
      { outcome: "completed", round: 0 },
      { outcome: "aborted", round: 1, cost: { microUsd: 1150, source: "floor" } },
    ]);
    expect(receipt.metadata.cost).toEqual(atLeast);
  });

  test("takes the input that was reported at the beginning", () => {
    const receipt = receiptFor(HAIKU);
    sent(receipt, { ...usage({ input: 5000, cachedInput: 4000 }), hasFinish: false, contentBytes: 400 });
    expect(closed(receipt)).toMatchObject([
      { tokens: { inputTokens: 5000, cachedInputTokens: 4000, outputTokens: 100 }, cost: { microUsd: 1900 } },
    ]);
  });

  test.each([
    ["neither half", {}, "floor", { inputTokens: 1000, outputTokens: 10 }],
    ["the input", { input: 700 }, "partial", { inputTokens: 700, outputTokens: 10 }],
    ["the output", { output: 12 }, "partial", { inputTokens: 1000, outputTokens: 12 }],
  ])(
    "of an answer that ended, of which %s is reported, takes the rest from what was seen",
    (_, seen, source, tokens) => {
      const receipt = receiptFor(HAIKU);
      sent(receipt, { ...usage(seen), contentBytes: 40 }).end("completed");
      expect(closed(receipt)).toMatchObject([{ tokens, cost: { source } }]);
      // What the next request is measured by is what was counted only.
      expect(receipt.lastContextTokens).toBeNull();
    },
  );

  test("keeps the cost of earlier requests when the provider refuses one, which is free", () => {
    const receipt = whole(receiptFor(HAIKU), [1000, 100]);
    sent(receipt).failed(new ProviderFailure("provider_rate_limited", { status: 429, requestId: "req_1" }));
    expect(receipt.metadata.cost).toEqual({ microUsd: 1500, source: "estimated" });
    expect(closed(receipt)[1]).toMatchObject({
      outcome: "failed",
      errorCode: "provider_rate_limited",
      tokens: null,
      cost: { microUsd: 0 },
      providerRequestId: "req_1",
    });
  });

  test.each([
    ["an address where nobody is", "provider_unreachable", { cause: "TypeError < ECONNREFUSED" }, true],
    ["a connection that broke off", "provider_unreachable", { cause: "TypeError < ECONNRESET" }, false],
    ["a time-out", "provider_timeout", {}, false],
    ["a gateway's time-out", "provider_timeout", { status: 504 }, false],
  ] as const)("%s: whether it is free", (_, code, facts, isFree) => {
    const receipt = receiptFor(HAIKU);
    sent(receipt).failed(new ProviderFailure(code, facts));
    const [row] = closed(receipt);
    expect(row?.cost).toEqual(
      isFree ? { microUsd: 0, source: "estimated" } : { microUsd: 1000, source: "floor" },
    );
  });

  test.each([
    ["as the first thing", {}, 0],
    ["after the first word", { contentBytes: 4 }, 1005],
  ])("a refusal under status 200 %s", (_, state, microUsd) => {
    const receipt = receiptFor(HAIKU);
    sent(receipt, state).failed(new ProviderFailure("provider_overloaded"));
    expect(closed(receipt)).toMatchObject([{ outcome: "failed", cost: { microUsd } }]);
  });

  test("does not call a run free when its only request was refused", () => {
    const receipt = receiptFor(HAIKU);
    sent(receipt).failed(new ProviderFailure("provider_key_invalid", { status: 401 }));
    expect(receipt).toMatchObject({ requests: 1, metadata: {} });
    expect(receipt.metadata).not.toHaveProperty("cost");
  });

  test("does not count what was never sent, unless something was reserved for it", () => {
    const receipt = whole(receiptFor(HAIKU), [1000, 100]);
    sent(receipt).failed(new AppError("unavailable", "The key cannot be read."));
    expect(closed(receipt)).toHaveLength(1);
    const request = sent(receipt);
    request.wasHeld();
    request.failed(new AppError("unavailable", "The key cannot be read."));
    expect(closed(receipt)[1]).toMatchObject({ id: request.id, requests: 0, cost: { microUsd: 0 } });
    expect(receipt.metadata.cost).toEqual({ microUsd: 1500, source: "estimated" });
  });

  test("has no cost at a provider without prices, and no tokens that nobody counted", () => {
    const receipt = receiptFor(OWN);
    sent(receipt, { contentBytes: 40, hasFinish: true }).end("completed");
    expect(closed(receipt)).toMatchObject([{ cost: null, tokens: { outputTokens: 10 }, raw: null }]);
    expect(receipt.metadata).toEqual({});
  });

  test("uses the cost the provider reports, even without tokens", () => {
    const receipt = receiptFor(ROUTED);
    sent(receipt, usage({ raw: { cost: 0.002 } })).end("completed");
    sent(receipt, usage({ raw: { cost: 0.001 }, input: 50, output: 5 })).end("completed");
    expect(receipt.metadata).toMatchObject({ cost: { microUsd: 3000, source: "reported" } });
    expect(receipt.metadata.usage).toMatchObject({ inputTokens: 50 });
  });

  test("reports zero cost for a free model, and refuses costs that cannot be meant", () => {
    for (const [cost, expected] of [[0, { microUsd: 0, source: "reported" }], [-3], [1e9]] as const) {
      const receipt = receiptFor(ROUTED);
      sent(receipt, usage({ raw: { cost }, input: 50, output: 5 })).end("completed");
      expect(receipt.metadata.cost).toEqual(expected);
    }
  });

  test("of which one request's cost is not known, is at least the rest", () => {
    const receipt = receiptFor(ROUTED);
    sent(receipt, usage({ raw: { cost: 0.002 } })).end("completed");
    sent(receipt, { contentBytes: 40 });
    closed(receipt);
    expect(receipt.metadata.cost).toEqual({ microUsd: 2000, source: "floor" });
  });

  test("stays within what can be stored, whatever servers report", () => {
    const most = Number.MAX_VALUE;
    const receipt = receiptFor(OWN);
    for (let round = 0; round < 24; round += 1)
      sent(receipt, usage({ input: most, output: most, cachedInput: most, reasoning: most })).end(
        "completed",
      );
    expect(receipt.metadata.usage).toEqual({
      inputTokens: 2_147_483_647,
      outputTokens: 2_147_483_647,
      cachedInputTokens: 2_147_483_647,
      reasoningTokens: 2_147_483_647,
    });
  });

  test("keeps what servers say only where it is short and repeats no key", () => {
    expect(told({ a: 1 })).toEqual([{ a: 1 }, "flex", "req_1"]);
    expect(told({ a: "x".repeat(3000) })).toEqual([null, "flex", "req_1"]);
    expect(told({ a: 1 }, () => true)).toEqual([null, null, null]);
  });

  test("tells early what was used before another request, once", () => {
    const told: number[][] = [];
    const recordEarly = (rows: readonly UsageRow[]) => void told.push(rows.map(({ round }) => round));
    const receipt = receiptFor(HAIKU, { recordEarly });
    const first = sent(receipt, usage({ input: 10, output: 1 }));
    const call = { type: "finish", finishReason: { unified: "tool-calls" } };
    first.step.accept(call as never, () => undefined);
    first.step.end?.(() => undefined);
    expect(told).toEqual([[0]]);
    sent(receipt, usage({ input: 10, output: 1 })).end("completed");
    expect(told).toEqual([[0]]);
    sent(receipt);
    expect(told).toEqual([[0], [1]]);
  });
});

test("a request's id is the same for whoever makes it, and no other's", () => {
  const [run, other] = [randomUUID(), randomUUID()];
  expect(requestIdOf(run.toUpperCase(), 3)).toBe(requestIdOf(run, 3));
  expect(requestIdOf(run, 3)).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  const ids = [run, other].flatMap((id) => Array.from({ length: 24 }, (_, round) => requestIdOf(id, round)));
  expect(new Set(ids).size).toBe(48);
});

test("whatever happens to the requests of a run: each that was sent has one row, and the receipt is their sum", () => {
  const tokens = fc.option(fc.nat(2_000_000), { nil: undefined });
  const request = fc.record({
    end: fc.constantFrom("whole", "refused", "not sent", "broken", "left"),
    input: tokens,
    output: tokens,
    cost: fc.option(fc.double({ min: -1, max: 20, noNaN: true }), { nil: undefined }),
    contentBytes: fc.nat(50_000),
    sentBytes: fc.integer({ min: 1, max: 3_000_000 }),
  });
  const of = fc.constantFrom(HAIKU, ROUTED, OWN, ["openrouter", "openai/gpt-4o"] as const);
  const property = fc.property(of, fc.array(request, { maxLength: 12 }), (who, requests) => {
    const receipt = receiptFor(who);
    for (const { end, input, output, cost, contentBytes, sentBytes } of requests) {
      const open = receipt.begin("chat", NO_ECHO);
      open.wire.sentBytes = sentBytes;
      const isWhole = end === "whole";
      const seen = usage({ input, output: isWhole ? output : undefined, raw: { ...(isWhole && { cost }) } });
      if (end !== "refused")
        open.wire.state = { ...newAnswerState(), ...seen, hasFinish: isWhole, contentBytes };
      if (isWhole) open.end("completed");
      if (end === "refused") open.failed(new ProviderFailure("provider_overloaded", { status: 529 }));
      if (end === "not sent") open.failed(new AppError("unavailable", "No."));
      if (end === "broken") open.failed(new ProviderFailure("stream_interrupted"));
    }
    const rows = receipt.close("aborted", null);
    expect(receipt.close("failed", "internal_error")).toBe(rows);
    expect(rows).toHaveLength(requests.filter(({ end }) => end !== "not sent").length);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    const known = rows.flatMap(({ cost }) => cost ?? []);
    const sum = known.reduce((total, { microUsd }) => total + microUsd, 0);
    expect(receipt.metadata.cost?.microUsd ?? 0).toBe(sum);
    // Nothing that was sent and not refused is free at a provider with prices.
    const charged = rows.filter(({ errorCode }) => who === HAIKU && errorCode !== "provider_overloaded");
    expect(charged.filter(({ cost }) => !cost || cost.microUsd === 0)).toEqual([]);
    // No sum is surer than its parts.
    const sources = known.flatMap(({ microUsd, source }) => (microUsd > 0 ? [source] : []));
    const worst = Math.max(-1, ...sources.map((source) => COST_SOURCES.indexOf(source)));
    const shown = COST_SOURCES.indexOf(receipt.metadata.cost?.source ?? "floor");
    expect(shown).toBeGreaterThanOrEqual(worst);
  });
  // More than 10,000 requests, with a mean of five in a run.
  fc.assert(property, { numRuns: 2200 });
});

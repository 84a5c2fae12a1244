import { randomUUID } from "node:crypto";
import type { LanguageModelV4 } from "@ai-sdk/provider";
import { describe, expect, test } from "vitest";
import { PROVIDERS } from "@/domain/providers/registry";
import { withMiddleware } from "@/domain/providers/wire/with-middleware";
import { meterRequests } from "@/domain/spending/meter-requests";
import { RunReceipt } from "@/domain/spending/run-receipt";
import { bodyOf, type Fixture, fixturesOf } from "./fixtures";

/** A model of each provider that has a price. */
const PRICED: Record<string, string> = {
  anthropic: "claude-haiku-4-5",
  openai: "gpt-6-luna",
  google: "gemini-2.5-flash",
  mistral: "mistral-large-latest",
  openrouter: "openai/gpt-4o",
};

/** Someone hangs up; the connection breaks; the answer just ends. */
const ENDS = ["stopped", "broken", "closed"] as const;

describe.each(PROVIDERS.map((adapter) => ({ id: adapter.facts.id, adapter })))("$id", ({ id, adapter }) => {
  const answers = [...fixturesOf(id)].filter(
    ([, { ask, sse, status }]) => ask === "chat" && sse && status === 200,
  );

  test.each(answers)(
    "%s, ended after any of its events, is never free and is charged once",
    async (_, fixture) => {
      const events = (fixture.sse ?? []).map((event) => bodyOf({ ...fixture, sse: [event] }));
      const counts = [...events.keys(), events.length];
      const all = counts.flatMap((count) => ENDS.map((end) => ({ count, end })));
      const ended = await Promise.all(all.map(({ count, end }) => endedAfter(events.slice(0, count), end)));
      expect(ended.map(({ rows }) => rows.length)).toEqual(all.map(() => 1));
      const requests = ended.flatMap(({ rows: [row], metadata }, index) =>
        // What is refused as the first thing that is said is free.
        row && !(row.errorCode !== null && row.cost?.microUsd === 0)
          ? [{ row, receipt: metadata.cost?.microUsd, count: all[index]?.count }]
          : [],
      );
      expect(requests.filter(({ row }) => !row.tokens || row.tokens.inputTokens === 0)).toEqual([]);
      const costs = requests.map(({ row }) => row.cost?.microUsd);
      expect(requests.map(({ receipt }) => receipt)).toEqual(costs);
      const isPriced = PRICED[id] !== undefined;
      expect(costs.filter((cost) => (isPriced ? !cost : cost !== undefined))).toEqual([]);
      // Nothing had come: nothing of it can be known better than that.
      const first = requests.filter(({ count }) => count === 0).map(({ row }) => row.cost?.source);
      expect(new Set(first)).toEqual(new Set([isPriced ? "floor" : undefined]));
    },
  );

  test("a good answer is charged by what is reported of it only when that has come", async () => {
    const fixture = fixturesOf(id).get("good-answer") as Fixture;
    const events = (fixture.sse ?? []).map((event) => bodyOf({ ...fixture, sse: [event] }));
    const counts = [...events.keys(), events.length];
    const ended = await Promise.all(counts.map((count) => endedAfter(events.slice(0, count), "stopped")));
    const sources = new Set(ended.map(({ rows }) => rows[0]?.cost?.source));
    const whole = id === "openrouter" ? "reported" : "estimated";
    expect([...sources]).toEqual(PRICED[id] === undefined ? [undefined] : ["floor", whole]);
  });

  async function endedAfter(events: readonly string[], end: (typeof ENDS)[number]) {
    const model = PRICED[id] ?? "some-model";
    const receipt = new RunReceipt({ adapter, model, runId: randomUUID(), key: null });
    const allRead = Promise.withResolvers<void>();
    // Asked for more only when what came before has been read.
    let piece: string | null = events.join("");
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          if (piece) controller.enqueue(new TextEncoder().encode(piece));
          else if (end === "closed") controller.close();
          else if (end === "broken") controller.error(new TypeError("terminated"));
          else allRead.resolve();
          piece = null;
        },
      },
      { highWaterMark: 0 },
    );
    const headers = { "content-type": "text/event-stream" };
    const fetch = () => Promise.resolve(new Response(body, { headers }));
    const built = adapter.buildModel(model, { baseUrl: "https://provider.invalid/v1", fetch });
    const metered = withMiddleware(built, meterRequests(receipt, "chat", { isIn: () => false }));
    const hangUp = new AbortController();
    // A client may wait for the first event before it answers.
    await Promise.race([readAll(metered, hangUp.signal), allRead.promise]);
    const rows = receipt.close("aborted", null);
    hangUp.abort();
    return { rows, metadata: receipt.metadata };
  }
});

async function readAll(model: LanguageModelV4, abortSignal: AbortSignal): Promise<void> {
  try {
    const { stream } = await model.doStream({
      prompt: [{ role: "user", content: [{ type: "text", text: "hello" }] }],
      abortSignal,
    });
    const reader = stream.getReader();
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- a stream
      const { done } = await reader.read();
      if (done) return;
    }
  } catch {
    // A broken connection.
  }
}

import { randomUUID } from "node:crypto";
import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4StreamPart,
} from "@ai-sdk/provider";
import { expect, test } from "vitest";
import type { UsageRow } from "@/domain/metering/usage-row";
import { providerById } from "@/domain/providers/registry";
import { requestOnTheWire } from "@/domain/providers/wire/wire-request";
import { withMiddleware } from "@/domain/providers/wire/with-middleware";
import { AppError } from "@/lib/app-error";
import { type HoldRequest, meterRequests } from "./meter-requests";
import { RunReceipt } from "./run-receipt";

const OPTIONS: LanguageModelV4CallOptions = {
  prompt: [{ role: "user", content: [{ type: "text", text: "hello" }] }],
};

/** A metered model that answers nothing, and what it was asked. */
function metered(holdRequest: HoldRequest) {
  const asked: LanguageModelV4CallOptions[] = [];
  const early: UsageRow[] = [];
  const receipt = new RunReceipt({
    adapter: providerById("anthropic"),
    model: "claude-haiku-4-5",
    runId: randomUUID(),
    key: null,
    holdRequest,
    recordEarly: (rows) => void early.push(...rows),
  });
  const model = {
    specificationVersion: "v4",
    provider: "p",
    modelId: "m",
    supportedUrls: {},
    doGenerate: () => Promise.reject(new Error("not asked for")),
    doStream: (options: LanguageModelV4CallOptions) => {
      options.abortSignal?.throwIfAborted();
      asked.push(options);
      const wire = requestOnTheWire();
      if (wire) wire.sentBytes = 400;
      const stream = new ReadableStream<LanguageModelV4StreamPart>({
        start: (controller) => controller.close(),
      });
      return Promise.resolve({ stream });
    },
  } as LanguageModelV4;
  const watched = withMiddleware(model, meterRequests(receipt, "chat", { isIn: () => false }));
  const doStream = (options: LanguageModelV4CallOptions) => watched.doStream(options);
  return { receipt, doStream, asked, early };
}

test("what a request may cost is reserved before it is sent, under the id of its row, and it is sent as that says", async () => {
  const held: Parameters<HoldRequest>[0][] = [];
  const { receipt, doStream, asked } = metered((request) => {
    held.push(request);
    return Promise.resolve({ ...request.options, maxOutputTokens: 7 });
  });
  const { stream } = await doStream(OPTIONS);
  await stream.pipeTo(new WritableStream());
  expect(asked).toMatchObject([{ maxOutputTokens: 7 }]);
  const [row] = receipt.close("completed", null);
  expect(held).toMatchObject([{ id: row?.id, at: row?.at, options: OPTIONS, lastContextTokens: null }]);
});

test("a request that is refused by a limit is not sent, and is no request", async () => {
  const { receipt, doStream, asked } = metered(() => Promise.reject(new AppError("conflict", "No.")));
  await expect(doStream(OPTIONS)).rejects.toMatchObject({ code: "conflict" });
  expect([asked, receipt.close("failed", "conflict"), receipt.requests]).toEqual([[], [], 0]);
});

test("one that is stopped while something is reserved for it is not sent, and what was reserved is settled", async () => {
  const [reserving, stop] = [Promise.withResolvers<LanguageModelV4CallOptions>(), new AbortController()];
  const begun = Promise.withResolvers<void>();
  const { receipt, doStream, asked, early } = metered(() => {
    begun.resolve();
    return reserving.promise;
  });
  const answer = doStream({ ...OPTIONS, abortSignal: stop.signal });
  await begun.promise;
  stop.abort();
  expect(receipt.close("aborted", null)).toEqual([]);
  reserving.resolve({ ...OPTIONS, abortSignal: stop.signal });
  await expect(answer).rejects.toThrow("aborted");
  expect(asked).toEqual([]);
  expect(early).toMatchObject([{ round: 0, requests: 0, outcome: "aborted", cost: { microUsd: 0 } }]);
});

test("an answer that is not streamed is refused: nobody would know what it used", async () => {
  const model = metered(({ options }) => Promise.resolve(options));
  const whole = withMiddleware(
    { specificationVersion: "v4", provider: "p", modelId: "m", supportedUrls: {} } as LanguageModelV4,
    meterRequests(model.receipt, "chat", { isIn: () => false }),
  );
  await expect(whole.doGenerate(OPTIONS)).rejects.toThrow("not metered");
});

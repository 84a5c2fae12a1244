import { expect, test } from "vitest";
import { type KeyUse, type ModelUse, unusualUse } from "./unusual-use";

const dollars = (amount: number) => Math.round(amount * 1_000_000);

/** A key that was used every day, for twenty cents in its busiest hour, and not in the last hour. */
const quiet: KeyUse = {
  hourMicroUsd: 0,
  busiestMicroUsd: dollars(0.2),
  earlierRequests: 20,
  models: [],
  refusals: 0,
  answers: 0,
};

const spent = (amount: number, busiest = 0.2): KeyUse => ({
  ...quiet,
  hourMicroUsd: dollars(amount),
  busiestMicroUsd: dollars(busiest),
});

/** As `spent`, on a model that was used so often before, or others as dear were. */
const spentOn = (
  amount: number,
  alike: Omit<ModelUse, "model" | "microUsd">,
  more: Partial<KeyUse> = {},
) => ({
  ...spent(amount),
  models: [{ model: "opus", microUsd: dollars(amount), ...alike }],
  ...more,
});

const NEVER = { alikeRequests: 0, alikeMicroUsd: 0 };
const PROBED = { alikeRequests: 1, alikeMicroUsd: dollars(0.05) };
const USUAL = { alikeRequests: 4, alikeMicroUsd: dollars(0.1) };

test.each<[name: string, use: KeyUse, reason: string | null]>([
  ["nothing", quiet, null],
  ["five dollars after a quiet fortnight", spent(5), null],
  ["more than five dollars after a quiet fortnight", spent(5.01), "unusual_hour"],
  ["more than five dollars with a key that was never used", spent(5.01, 0), "unusual_hour"],
  ["six times the busiest hour", spent(12, 2), null],
  ["more than that", spent(12.01, 2), "unusual_hour"],
  ["a heavy day of somebody who works a lot", spent(59, 10), null],
  ["a burst on a much dearer model after a probe", spentOn(2.01, PROBED), "dearer_model"],
  ["the same without a probe", spentOn(2.01, NEVER), "dearer_model"],
  ["less than two dollars on it", spentOn(2, PROBED), null],
  ["a burst on a model that is used now and then", spentOn(4, USUAL), null],
  ["one dear request before", spentOn(4, { alikeRequests: 1, alikeMicroUsd: dollars(0.26) }), null],
  ["the first work with a new key", spentOn(4, NEVER, { earlierRequests: 19 }), null],
  ["less than three times the busiest hour on it", spentOn(4, PROBED, { busiestMicroUsd: dollars(2) }), null],
  [
    "a burst beside work as usual",
    {
      ...spentOn(2.5, PROBED, { hourMicroUsd: dollars(3) }),
      models: [
        { model: "haiku", microUsd: dollars(0.5), ...USUAL },
        { model: "opus", microUsd: dollars(1.5), ...PROBED },
        { model: "mythos", microUsd: dollars(1), ...NEVER },
      ],
    },
    "dearer_model",
  ],
  ["twenty refusals and no answer", { ...quiet, refusals: 20 }, "refusals"],
  ["nineteen", { ...quiet, refusals: 19 }, null],
  ["many refusals between answers", { ...quiet, refusals: 60, answers: 1 }, null],
])("%s", (_name, use, reason) => {
  expect(unusualUse(use)?.reason ?? null).toBe(reason);
});

test("says what it saw: of several models the one that cost most", () => {
  expect(unusualUse(spent(12.4, 0.8))).toEqual({
    reason: "unusual_hour",
    microUsd: dollars(12.4),
    busiestMicroUsd: dollars(0.8),
  });
  const models = [
    { model: "mythos", microUsd: dollars(1), ...NEVER },
    { model: "opus", microUsd: dollars(1.5), ...PROBED },
  ];
  expect(unusualUse({ ...spent(2.5), models })).toEqual({
    reason: "dearer_model",
    microUsd: dollars(2.5),
    model: "opus",
  });
});

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CountedRefusals } from "./counted-refusals";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("refusals are recorded once a minute for each who is refused, with their number", () => {
  const refusals = new CountedRefusals();
  const records: [string, number][] = [];
  const note = (who: string) => refusals.note(who, (refused) => records.push([who, refused]));
  for (let time = 0; time < 50; time += 1) note("bob");
  note("eve");
  expect(records).toEqual([
    ["bob", 1],
    ["eve", 1],
  ]);
  vi.advanceTimersByTime(60_000);
  note("bob");
  note("bob");
  expect(records.slice(2)).toEqual([["bob", 50]]);
});

function fail(): never {
  throw new Error("the trail takes no records");
}

test("one that cannot be recorded is counted in the next record", () => {
  const refusals = new CountedRefusals();
  expect(() => refusals.note("bob", fail)).toThrow("takes no records");
  let counted = 0;
  refusals.note("bob", (refused) => (counted = refused));
  expect(counted).toBe(2);
});

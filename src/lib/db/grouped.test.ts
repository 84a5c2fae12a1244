import { expect, test } from "vitest";
import { grouped } from "./grouped";

test("one alone goes at once, and those that come meanwhile go together, each with its own result", async () => {
  const groups: number[][] = [];
  const gate = Promise.withResolvers<void>();
  const double = grouped(async (items: number[]) => {
    groups.push(items);
    if (groups.length === 1) await gate.promise;
    return items.map((item) => 2 * item);
  });
  const results = [1, 2, 3, 4].map(double);
  expect(groups).toEqual([[1]]);
  gate.resolve();
  expect(await Promise.all(results)).toEqual([2, 4, 6, 8]);
  expect(groups).toEqual([[1], [2, 3, 4]]);
});

test("nobody gets the failure of another", async () => {
  const gate = Promise.withResolvers<void>();
  const half = grouped(async (items: number[]) => {
    if (items.includes(0)) await gate.promise;
    if (items.some((item) => item % 2 !== 0)) throw new Error("odd");
    return items.map((item) => item / 2);
  });
  const results = [0, 2, 3, 4].map(half);
  gate.resolve();
  expect(await Promise.allSettled(results)).toEqual([
    { status: "fulfilled", value: 0 },
    { status: "fulfilled", value: 1 },
    { status: "rejected", reason: new Error("odd") },
    { status: "fulfilled", value: 2 },
  ]);
});

test("a group that waits for something holds nobody up", async () => {
  const never = Promise.withResolvers<string[]>();
  const wait = grouped(async (items: string[]) => (items.includes("stuck") ? never.promise : items));
  const stuck = wait("stuck");
  expect(await wait("free")).toBe("free");
  never.resolve(["stuck"]);
  expect(await stuck).toBe("stuck");
});

test("of a thousand at the same time, none is lost", async () => {
  const echo = grouped(async (items: number[]) => items);
  const items = Array.from({ length: 1000 }, (_, index) => index);
  expect(await Promise.all(items.map(echo))).toEqual(items);
});

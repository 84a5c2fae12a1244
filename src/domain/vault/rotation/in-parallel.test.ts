import { describe, expect, test } from "vitest";
import { inParallel } from "./in-parallel";

describe("work in parallel", () => {
  test("gives the results in the order of the items", async () => {
    const items = Array.from({ length: 100 }, (_, index) => index);
    expect(await inParallel(items, async (item) => item * 2)).toEqual(items.map((item) => item * 2));
    expect(await inParallel([], async () => 1)).toEqual([]);
  });

  test("after a failure nothing new is begun", async () => {
    const begun: number[] = [];
    const items = Array.from({ length: 1000 }, (_, index) => index);
    const work = async (item: number) => {
      begun.push(item);
      await Promise.resolve();
      if (item === 3) throw new Error("the store does not answer");
    };
    await expect(inParallel(items, work)).rejects.toThrow("the store does not answer");
    const atTheFailure = begun.length;
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    expect(begun.length).toBe(atTheFailure);
    expect(begun.length).toBeLessThan(100);
  });
});

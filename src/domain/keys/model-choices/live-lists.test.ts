import { beforeEach, expect, test } from "vitest";
import type { ListedModel } from "@/domain/providers/provider-adapter";
import { createLiveLists } from "./live-lists";

let reads = 0;
let lists: ReturnType<typeof createLiveLists>;

beforeEach(() => {
  reads = 0;
  lists = createLiveLists({ lists: 3, models: 10 });
});

function models(count: number): ListedModel[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `model-${index}`,
    name: null,
    contextTokens: null,
    price: null,
    canCallTools: null,
  }));
}

function read(name: string, count = 1): Promise<ListedModel[]> {
  const context = () => {
    reads += 1;
    return Promise.resolve(models(count));
  };
  return lists.forceFetch(name, { context });
}

async function readCount(name: string): Promise<number> {
  const before = reads;
  await read(name);
  return reads - before;
}

test("concurrent requests read a list once", async () => {
  const [one, other] = await Promise.all([read("a", 2), read("a", 2)]);
  expect(other).toBe(one);
  expect(await read("a", 2)).toBe(one);
  expect(reads).toBe(1);
});

test("a failure is not cached", async () => {
  const failed = lists.forceFetch("a", { context: () => Promise.reject(new Error("no")) });
  await expect(failed).rejects.toThrow("no");
  expect(lists.size).toBe(0);
  expect(await readCount("a")).toBe(1);
});

test("an empty list is cached too", async () => {
  expect(await read("a", 0)).toEqual([]);
  expect(await readCount("a")).toBe(0);
});

test("the oldest lists are evicted when there are too many", async () => {
  for (const name of ["a", "b", "c", "d"]) await read(name);
  expect([await readCount("b"), await readCount("a")]).toEqual([0, 1]);
});

test("the oldest lists are evicted when they hold too many models in total, and no request is refused", async () => {
  for (const name of ["a", "b", "c"]) await read(name, 4);
  expect([...lists.keys()].toSorted()).toEqual(["b", "c"]);
  expect(await read("d", 11)).toHaveLength(11);
  expect(lists.has("d")).toBe(false);
});

test("a list that arrives after its entry was deleted is returned but not cached", async () => {
  const provider = Promise.withResolvers<ListedModel[]>();
  const late = lists.forceFetch("a", { context: () => provider.promise });
  lists.delete("a");
  provider.resolve(models(1));
  expect(await late).toHaveLength(1);
  expect(lists.size).toBe(0);
  expect(await readCount("a")).toBe(1);
});

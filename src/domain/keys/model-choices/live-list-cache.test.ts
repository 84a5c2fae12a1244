import { beforeEach, expect, test } from "vitest";
import { LiveListCache } from "./live-list-cache";

let now = 0;
let reads = 0;
let cache: LiveListCache<string>;

beforeEach(() => {
  now = 0;
  reads = 0;
  cache = new LiveListCache({ freshMs: 1000, mostLists: 3, mostItems: 10, now: () => now });
});

function list(items: number): () => Promise<string[]> {
  return () => {
    reads += 1;
    return Promise.resolve(Array.from({ length: items }, (_, index) => `model-${reads}-${index}`));
  };
}

async function readsOf(key: string, version = "1"): Promise<number> {
  const before = reads;
  await cache.get(key, version, list(1));
  return reads - before;
}

test("a list is read once while it is fresh, also by two who ask at once", async () => {
  const [one, other] = await Promise.all([cache.get("a", "1", list(2)), cache.get("a", "1", list(2))]);
  expect(other).toBe(one);
  now = 999;
  expect(await cache.get("a", "1", list(2))).toBe(one);
  now = 1000;
  expect(await readsOf("a")).toBe(1);
});

test("a key has one list: another version of the key takes its place", async () => {
  await cache.get("a", "1", list(2));
  expect(await readsOf("a", "2")).toBe(1);
  expect(cache.size).toEqual({ lists: 1, items: 1 });
  expect(await readsOf("a", "1")).toBe(1);
});

test("a failure is not kept", async () => {
  await expect(cache.get("a", "1", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(cache.size).toEqual({ lists: 0, items: 0 });
  expect(await readsOf("a")).toBe(1);
});

test("the oldest lists go when there are too many", async () => {
  for (const key of ["a", "b", "c", "d"]) await cache.get(key, "1", list(1));
  expect(cache.size).toEqual({ lists: 3, items: 3 });
  expect([await readsOf("b"), await readsOf("a")]).toEqual([0, 1]);
});

test("the oldest lists go when they hold too many models together, and nothing that is asked for is refused", async () => {
  await cache.get("a", "1", list(4));
  await cache.get("b", "1", list(4));
  await cache.get("c", "1", list(4));
  expect(cache.size).toEqual({ lists: 2, items: 8 });
  expect(await cache.get("d", "1", list(11))).toHaveLength(11);
  expect(cache.size).toEqual({ lists: 0, items: 0 });
});

test("what is stale is thrown away, whichever list is asked for", async () => {
  await cache.get("a", "1", list(3));
  now = 500;
  await cache.get("b", "1", list(3));
  now = 1200;
  await cache.get("c", "1", list(1));
  expect(cache.size).toEqual({ lists: 2, items: 4 });
});

test("a list that comes after its key was given up is handed out and not kept", async () => {
  const provider = Promise.withResolvers<string[]>();
  const late = cache.get("a", "1", () => provider.promise);
  cache.forget("a");
  provider.resolve(["one"]);
  expect(await late).toEqual(["one"]);
  expect(cache.size).toEqual({ lists: 0, items: 0 });
  expect(await readsOf("a")).toBe(1);
});

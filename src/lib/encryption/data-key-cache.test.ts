import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { DataKey, randomDataKeyBytes } from "./data-key";
import { DataKeyCache } from "./data-key-cache";

const LIFE = 1000;
let time = 0;
beforeEach(() => {
  time = 50_000;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

function cacheOf(maxEntries: number): DataKeyCache {
  return new DataKeyCache({ maxEntries, lifeMs: LIFE, now: () => time });
}

/** Both clocks: the injected one and the timers' one. */
async function pass(ms: number): Promise<void> {
  time += ms;
  await vi.advanceTimersByTimeAsync(ms);
}

/** A key store that counts its calls; the test decides when and how each is answered. */
class Loads {
  readonly pending: PromiseWithResolvers<DataKey>[] = [];
  readonly load = (): Promise<DataKey> => {
    const answer = Promise.withResolvers<DataKey>();
    this.pending.push(answer);
    return answer.promise;
  };

  get calls(): number {
    return this.pending.length;
  }

  /** Answers one call, the last by default. */
  succeed(call = this.calls - 1): DataKey {
    const dataKey = new DataKey(randomDataKeyBytes());
    this.pending[call]?.resolve(dataKey);
    return dataKey;
  }

  fail(call = this.calls - 1): Error {
    const error = new Error("the key store is down");
    this.pending[call]?.reject(error);
    return error;
  }
}

async function loaded(cache: DataKeyCache, id: string): Promise<DataKey> {
  const loads = new Loads();
  const asked = cache.get(id, loads.load);
  expect(loads.calls).toBe(1);
  loads.succeed();
  return asked;
}

/** Whether the cache has to ask the key store for this id. */
function asks(cache: DataKeyCache, id: string): boolean {
  const loads = new Loads();
  void cache.get(id, loads.load);
  return loads.calls === 1;
}

describe("one call of the key store", () => {
  test("for everybody who asks while it is under way, and for those who come later", async () => {
    const [cache, loads] = [cacheOf(10), new Loads()];
    const asked = Array.from({ length: 50 }, async () => cache.get("a", loads.load));
    await pass(LIFE * 100); // a slow call is not called again
    asked.push(Promise.resolve(cache.get("a", loads.load)));
    const dataKey = loads.succeed();
    expect(new Set(await Promise.all(asked))).toEqual(new Set([dataKey]));
    expect(await cache.get("a", loads.load)).toBe(dataKey);
    expect(loads.calls).toBe(1);
  });

  test("for each id", async () => {
    const cache = cacheOf(10);
    expect(await loaded(cache, "a")).not.toBe(await loaded(cache, "b"));
    expect(cache.size).toBe(2);
  });
});

describe("a failure", () => {
  test("reaches everybody who asked, and is not kept", async () => {
    const [cache, loads] = [cacheOf(10), new Loads()];
    const asked = [1, 2].map(async () => cache.get("a", loads.load));
    const error = loads.fail();
    expect(await Promise.allSettled(asked)).toEqual([
      { status: "rejected", reason: error },
      { status: "rejected", reason: error },
    ]);
    expect(cache.size).toBe(0);
    const again = cache.get("a", loads.load);
    const dataKey = loads.succeed();
    expect(await again).toBe(dataKey);
    expect(loads.calls).toBe(2);
  });

  test("of a load that was replaced meanwhile leaves the new entry alone", async () => {
    const [cache, loads] = [cacheOf(10), new Loads()];
    const first = cache.get("a", loads.load);
    cache.forget("a");
    const second = cache.get("a", loads.load);
    const dataKey = loads.succeed(1);
    expect(await second).toBe(dataKey);
    loads.fail(0);
    await expect(first).rejects.toThrow("down");
    expect(await cache.get("a", loads.load)).toBe(dataKey);
    expect(loads.calls).toBe(2);
  });

  test("of the same while the new one still loads", async () => {
    const [cache, loads] = [cacheOf(10), new Loads()];
    const first = cache.get("a", loads.load);
    cache.forget("a");
    const second = cache.get("a", loads.load);
    loads.fail(0);
    await expect(first).rejects.toThrow("down");
    const third = cache.get("a", loads.load);
    const dataKey = loads.succeed(1);
    expect([await second, await third]).toEqual([dataKey, dataKey]);
    expect(loads.calls).toBe(2);
  });

  test("is not kept either if the load throws before it begins", async () => {
    const cache = cacheOf(10);
    expect(() =>
      cache.get("a", () => {
        throw new RangeError("no such key");
      }),
    ).toThrow("no such key");
    expect(cache.size).toBe(0);
    await loaded(cache, "a");
  });
});

describe("a key's life", () => {
  test("counts from the end of the load", async () => {
    const [cache, loads] = [cacheOf(10), new Loads()];
    const asked = cache.get("a", loads.load);
    await pass(LIFE * 5);
    loads.succeed();
    await asked;
    time += LIFE - 1;
    expect(asks(cache, "a")).toBe(false);
    time += 1;
    expect(asks(cache, "a")).toBe(true);
  });

  test("is not prolonged by use", async () => {
    const cache = cacheOf(10);
    await loaded(cache, "a");
    for (let turn = 0; turn < 9; turn += 1) {
      await pass(LIFE / 10);
      expect(asks(cache, "a")).toBe(false);
    }
    await pass(LIFE / 10);
    expect(asks(cache, "a")).toBe(true);
  });

  test("ends in memory as well, though nobody asks for it again", async () => {
    const cache = cacheOf(10);
    await loaded(cache, "a");
    await pass(LIFE / 2);
    await loaded(cache, "b");
    await pass(LIFE / 2 - 1);
    expect(cache.size).toBe(2);
    await pass(1);
    expect(cache.size).toBe(1);
    await pass(LIFE / 2);
    expect(cache.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("of one that was replaced does not end the new one's", async () => {
    const cache = cacheOf(10);
    await loaded(cache, "a");
    await pass(LIFE - 1);
    cache.forget("a");
    await loaded(cache, "a");
    await pass(LIFE - 1);
    expect(asks(cache, "a")).toBe(false);
  });

  test("of one that was pushed out or forgotten while it loaded does not begin", async () => {
    const [cache, loads] = [cacheOf(10), new Loads()];
    const asked = cache.get("a", loads.load);
    cache.clear();
    loads.succeed();
    await asked;
    expect([cache.size, vi.getTimerCount()]).toEqual([0, 0]);
  });
});

describe("the number of keys is bounded", () => {
  test("and the least recently used goes first", async () => {
    const cache = cacheOf(3);
    for (const id of ["a", "b", "c"]) await loaded(cache, id);
    expect(asks(cache, "a")).toBe(false); // used: now "b" is the oldest
    await loaded(cache, "d");
    expect(["a", "c", "d"].filter((id) => asks(cache, id))).toEqual([]);
    expect(asks(cache, "b")).toBe(true);
    expect(asks(cache, "a")).toBe(true); // the oldest of a, c, d, pushed out by "b"
  });

  test("also by loads that do not end", () => {
    const cache = cacheOf(100);
    for (let id = 0; id < 1000; id += 1) {
      void cache.get(String(id), new Loads().load);
      expect(cache.size).toBeLessThanOrEqual(100);
    }
    expect(cache.size).toBe(100);
  });

  test("and so are the timers that end their lives", async () => {
    const cache = cacheOf(5);
    for (let id = 0; id < 50; id += 1) await loaded(cache, String(id));
    expect(vi.getTimerCount()).toBe(5);
    cache.clear();
    expect([cache.size, vi.getTimerCount()]).toEqual([0, 0]);
  });

  test("whoever asked for a key that is pushed out gets it all the same", async () => {
    const [cache, loads] = [cacheOf(1), new Loads()];
    const asked = cache.get("a", loads.load);
    await loaded(cache, "b");
    const dataKey = loads.succeed();
    expect(await asked).toBe(dataKey);
    expect(asks(cache, "b")).toBe(false);
  });
});

test.each([
  { maxEntries: 0, lifeMs: 1 },
  { maxEntries: -1, lifeMs: 1 },
  { maxEntries: 1.5, lifeMs: 1 },
  { maxEntries: Number.NaN, lifeMs: 1 },
  { maxEntries: Number.POSITIVE_INFINITY, lifeMs: 1 },
  { maxEntries: 1, lifeMs: 0 },
  { maxEntries: 1, lifeMs: -1 },
  { maxEntries: 1, lifeMs: Number.NaN },
  { maxEntries: 1, lifeMs: Number.POSITIVE_INFINITY },
  { maxEntries: 1, lifeMs: 86_400_001 },
])("bounds that are none are refused: %j", (options) => {
  expect(() => new DataKeyCache(options)).toThrow(RangeError);
});

test("the clock is a monotonic one unless another is passed in", async () => {
  const cache = new DataKeyCache({ maxEntries: 1, lifeMs: 86_400_000 });
  await loaded(cache, "a");
  expect(asks(cache, "a")).toBe(false);
});

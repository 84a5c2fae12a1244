import { describe, expect, test } from "vitest";
import { BatchesAhead } from "./batches-ahead";
import { NO_VALUES, type PreparedBatch } from "./prepared-batch";

/** A walk of batches 1, 2 ... up to `last`, each of which is prepared when the test says so. */
function walkOf(last: number) {
  const begun: number[] = [];
  const early = new Map<number, () => void>();
  const open = new Map<number, PromiseWithResolvers<PreparedBatch>>();
  const result = (number: number) => {
    const existing = open.get(number) ?? Promise.withResolvers<PreparedBatch>();
    open.set(number, existing);
    return existing;
  };
  const batchOf = (number: number): PreparedBatch => ({
    cursor: number === last ? null : String(number),
    rows: number,
    expected: NO_VALUES,
    write: async () => NO_VALUES,
  });
  return {
    begun,
    prepare: (cursor: string | null, nextBeginsAt: (cursor: string | null) => void) => {
      const number = Number(cursor ?? 0) + 1;
      begun.push(number);
      early.set(number, () => nextBeginsAt(batchOf(number).cursor));
      return result(number).promise;
    },
    /** The batch is not done, and the next one may begin. */
    lets(number: number) {
      early.get(number)?.();
    },
    done(number: number) {
      result(number).resolve(batchOf(number));
    },
    fails(number: number) {
      result(number).reject(new Error(`batch ${number}`));
    },
  };
}

/** Long enough for every settled promise to be observed. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** A walk whose first batch is taken, with everything that may be started after it. */
async function begunWalk(last: number, depth: number) {
  const walk = walkOf(last);
  const batches = new BatchesAhead(walk.prepare, depth);
  walk.done(1);
  expect((await batches.take(null)).rows).toBe(1);
  await settled();
  return { walk, batches };
}

describe("batches ahead", () => {
  test("prepares as many as it may while one is out, one after the other, and gives them in order", async () => {
    const { walk, batches } = await begunWalk(9, 2);
    expect(walk.begun).toEqual([1, 2]);
    walk.done(2);
    await settled();
    walk.done(3);
    await settled();
    // However long the first one takes to write: memory does not grow with the walk.
    expect(walk.begun).toEqual([1, 2, 3]);
    expect((await batches.take("1")).rows).toBe(2);
    await settled();
    expect(walk.begun).toEqual([1, 2, 3, 4]);
    expect((await batches.take("2")).rows).toBe(3);
  });

  test("a batch may let the next one begin before it is done, and still comes first", async () => {
    const { walk, batches } = await begunWalk(9, 2);
    walk.lets(2);
    await settled();
    expect(walk.begun).toEqual([1, 2, 3]);
    walk.lets(3);
    walk.done(3);
    await settled();
    // Not a third one: memory does not grow with the walk.
    expect(walk.begun).toEqual([1, 2, 3]);
    const taken = batches.take("1");
    await settled();
    expect(walk.begun).toEqual([1, 2, 3, 4]);
    walk.done(2);
    expect([(await taken).rows, (await batches.take("2")).rows]).toEqual([2, 3]);
  });

  test("prepares nothing behind the end of the walk", async () => {
    const { walk, batches } = await begunWalk(2, 2);
    walk.done(2);
    expect((await batches.take("1")).cursor).toBeNull();
    await settled();
    expect(walk.begun).toEqual([1, 2]);
  });

  test("prepares nothing ahead without a depth", async () => {
    const { walk } = await begunWalk(9, 0);
    expect(walk.begun).toEqual([1]);
  });

  test("after what was ahead is discarded, begins at the cursor and goes on preparing nothing else", async () => {
    const { walk, batches } = await begunWalk(9, 2);
    batches.discard();
    walk.done(2);
    await settled();
    expect(walk.begun).toEqual([1, 2]);
    expect((await batches.take(null)).rows).toBe(1);
    await settled();
    expect(walk.begun).toEqual([1, 2, 1, 2, 3]);
  });

  test("a failure is heard of by whoever takes the batch, and by nobody before", async () => {
    const { walk, batches } = await begunWalk(9, 2);
    walk.fails(2);
    await settled();
    await expect(batches.take("1")).rejects.toThrow("batch 2");
  });

  test("a batch that fails after it let the next one begin is heard of first", async () => {
    const { walk, batches } = await begunWalk(9, 2);
    walk.lets(2);
    await settled();
    walk.fails(3);
    walk.fails(2);
    await expect(batches.take("1")).rejects.toThrow("batch 2");
  });
});

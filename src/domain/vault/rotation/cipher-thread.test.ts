import { randomBytes } from "node:crypto";
import type { Worker } from "node:worker_threads";
import { afterEach, expect, test } from "vitest";
import { DataKey, openWithDataKey, parseKeyRing, sealWithDataKey } from "@/lib/encryption";
import { fieldContext } from "../sealing/seal-text";
import { API_KEYS, SEALED_COLUMNS } from "../sealing/sealed-columns";
import type { CipherJob, CipherValue } from "./cipher-job";
import { CipherThread } from "./cipher-thread";

const place = { owner: "ada", purpose: "anthropic" };
const context = fieldContext(API_KEYS, place);
const [before, after] = [new DataKey(randomBytes(32)), new DataKey(randomBytes(32))];
const named = { id: before.id, ownerKind: "user", ownerId: "ada", opened: before.sealing };
const target = { id: after.id, sealing: after.sealing };

function jobOf(values: Partial<CipherValue>[], job: Partial<CipherJob> = {}): CipherJob {
  return {
    column: SEALED_COLUMNS.indexOf(API_KEYS),
    values: values.map((value) => ({
      ...place,
      sealed: sealWithDataKey("sk-secret", context, before),
      dataKey: named,
      target: null,
      ...value,
    })),
    ring: null,
    allowLegacy: false,
    ...job,
  };
}

let cipher: CipherThread;
afterEach(() => cipher.close());

/** The threads started while `work` ran. */
async function startedDuring(work: () => Promise<unknown>): Promise<Worker[]> {
  const started: Worker[] = [];
  const note = (worker: Worker) => started.push(worker);
  process.on("worker", note);
  await work().finally(() => process.off("worker", note));
  return started;
}

test("seals anew in one thread of its own, from keys that go there as handles", async () => {
  const threads = await startedDuring(async () => {
    cipher = new CipherThread();
    for (const values of [[{ target }, {}], [{ target }]]) {
      const [first, second] = await cipher.run(jobOf(values));
      expect(openWithDataKey((first as { sealed: string }).sealed, context, after)).toBe("sk-secret");
      // Only opened: no plaintext comes back.
      expect(second).toEqual(values.length === 2 ? { sealed: "" } : undefined);
    }
  });
  expect(threads).toHaveLength(1);
});

test("says of each value by its place why it does not open", async () => {
  cipher = new CipherThread();
  const { current } = parseKeyRing({ ENCRYPTION_KEYS: `k1:${randomBytes(32).toString("hex")}` });
  expect(
    await cipher.run(
      jobOf([
        { target },
        { target, owner: "eve" },
        { target, dataKey: null },
        { target, dataKey: { ...named, opened: "skipped" } },
        { target, sealed: `orc1.${current.id}.${"A".repeat(16)}.${"A".repeat(40)}`, dataKey: null },
        { target, sealed: "nonsense", dataKey: null },
      ]),
    ),
  ).toEqual([
    { sealed: expect.stringMatching(`^orc2\\.${after.id}\\.`) },
    "unreadable",
    "unreadable",
    "skipped",
    "skipped",
    "unreadable",
  ]);
});

test("a thread that ends fails its jobs, those that waited and those that come", async () => {
  cipher = new CipherThread();
  const broken = jobOf([{}], { column: SEALED_COLUMNS.length });
  const results = await Promise.allSettled([cipher.run(broken), cipher.run(jobOf([{}]))]);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await expect(cipher.run(jobOf([{}]))).rejects.toThrow("the cipher thread failed");
});

test("closing it fails what waits", async () => {
  cipher = new CipherThread();
  await cipher.run(jobOf([{}]));
  const waiting = cipher.run(jobOf(Array.from({ length: 500 }, () => ({}))));
  const [result] = await Promise.allSettled([waiting, cipher.close()]);
  expect(result).toMatchObject({ status: "rejected", reason: { message: "the cipher thread was ended" } });
});

test("where no thread can be started, this one does the work", async () => {
  process.once("worker", (worker) => void worker.terminate());
  cipher = new CipherThread();
  const [result] = await cipher.run(jobOf([{ target }]));
  expect(openWithDataKey((result as { sealed: string }).sealed, context, after)).toBe("sk-secret");
});

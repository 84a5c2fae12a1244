import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { chainAuditEvents } from "@/domain/vault/audit/chain-audit-events";
import { verifyAuditChain } from "@/domain/vault/audit/verify-audit-chain";
import { emptyTrail, sql, TestMacKeys, writeRecords } from "./audit-support";
import { useDatabase } from "./use-database";

useDatabase("postgres");

let keys: TestMacKeys;
let other: Client;
beforeAll(async () => {
  other = new Client({ connectionString: process.env["DATABASE_URL"] });
  await other.connect();
});
afterAll(() => other.end());
beforeEach(async () => {
  keys = new TestMacKeys();
  await emptyTrail();
});

async function chainUntilNoneAreLeft(limit: number): Promise<number> {
  let total = 0;
  let chained: number;
  do {
    chained = await chainAuditEvents(keys, limit);
    total += chained;
  } while (chained > 0);
  return total;
}

/**
 * Runs `act` while chaining waits for the head's lock; `count` chaining servers are waiting for it by then.
 */
async function whileTheHeadIsLocked(count: number, act: () => Promise<void>): Promise<void> {
  try {
    await vi.waitFor(async () => expect(await sql(`select 1 from ${WAITING}`)).toHaveLength(count), {
      timeout: 20_000,
    });
    await act();
  } finally {
    await other.query("commit");
  }
}

// Queried outside the locking transaction, which would see the same answer each time.
const WAITING = "pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";

async function lockHead(): Promise<void> {
  await other.query("begin");
  await other.query("select * from audit_chain for update");
}

async function writeInRounds(): Promise<void> {
  for (let round = 0; round < 20; round += 1) await writeRecords(20);
}

test("two servers that chain at the very same moment take turns and make one chain", async () => {
  await writeRecords(30);
  await lockHead();
  const both = Promise.all([chainAuditEvents(keys, 20), chainAuditEvents(keys, 20)]);
  await whileTheHeadIsLocked(2, async () => undefined);
  // The second one sees what the first one chained, and chains the rest.
  expect((await both).toSorted((left, right) => left - right)).toEqual([10, 20]);
  expect(await verifyAuditChain(keys)).toMatchObject({ ok: true, records: 30, pending: 0 });
});

test("four that chain while two write make one chain without a gap", async () => {
  await writeRecords(400);
  const chainers = [
    chainUntilNoneAreLeft(50),
    chainUntilNoneAreLeft(50),
    chainUntilNoneAreLeft(50),
    chainUntilNoneAreLeft(50),
  ];
  const [, , ...shares] = await Promise.all([writeInRounds(), writeInRounds(), ...chainers]);
  const rest = await chainUntilNoneAreLeft(1000);
  expect(shares.reduce((sum, share) => sum + share, rest)).toBe(1200);
  expect(await verifyAuditChain(keys)).toMatchObject({ ok: true, records: 1200, pending: 0 });
});

test("a verification finds nothing wrong while a server is chaining", async () => {
  await writeRecords(1500);
  const state = { chaining: true };
  const chainer = chainUntilNoneAreLeft(25).finally(() => {
    state.chaining = false;
  });
  const lengths: number[] = [];
  do {
    const report = await verifyAuditChain(keys);
    expect(report.problems).toEqual([]);
    lengths.push(report.records);
  } while (state.chaining);
  await chainer;
  expect(lengths).toEqual(lengths.toSorted((left, right) => left - right));
  expect(await verifyAuditChain(keys)).toMatchObject({ ok: true, records: 1500 });
});

test("a server that breaks off in the middle leaves no half of a batch behind", async () => {
  await writeRecords(10);
  await lockHead();
  // Settled, so that its failure is not reported as unhandled.
  const broken = Promise.allSettled([chainAuditEvents(keys)]);
  await whileTheHeadIsLocked(1, async () => {
    expect(await sql(`select pg_cancel_backend(pid) from ${WAITING}`)).toHaveLength(1);
  });
  expect(await broken).toMatchObject([{ status: "rejected", reason: { cause: { code: "57014" } } }]);
  expect(await sql("select 1 from audit_events where seq is not null")).toEqual([]);
  expect(await chainAuditEvents(keys)).toBe(10);
  expect(await verifyAuditChain(keys)).toMatchObject({ ok: true, records: 10, pending: 0 });
});

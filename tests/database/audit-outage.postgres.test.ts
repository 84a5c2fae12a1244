import { connect, createServer, type Server } from "node:net";
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { startAuditChaining } from "@/domain/vault/audit/audit-chaining";
import { flushAuditEvents, openAuditQueue, queueAuditEvent } from "@/domain/vault/audit/audit-queue";
import { verifyAuditChain } from "@/domain/vault/audit/verify-audit-chain";
import { objects, queueEvents, writtenObjects } from "./audit-queue-battery";
import { emptyTrail, sql, TestMacKeys } from "./audit-support";
import { useDatabase } from "./use-database";

useDatabase("postgres");

/** Longer than the longest pause a test waits through. */
const PATIENCE = { timeout: 60_000, interval: 100 };

/**
 * Proxy between the product and its Postgres: cuts the connection when the answer to an INSERT of audit
 * events comes back.
 */
let line: Server;
let cutAtNextInsert = false;
/** To the same server, bypassing the proxy, and to another database, which stays open. */
let operator: Client;
let name = "";

beforeAll(async () => {
  const url = new URL(process.env["DATABASE_URL"] ?? "");
  name = url.pathname.slice(1);
  const port = Number(url.port);
  line = createServer((client) => {
    const server = connect(port, "127.0.0.1");
    let isCut = false;
    const end = () => {
      client.destroy();
      server.destroy();
    };
    client.on("data", (bytes) => {
      if (cutAtNextInsert && bytes.includes("insert into audit_events")) isCut = true;
      server.write(bytes);
    });
    server.on("data", (bytes) => (isCut ? end() : client.write(bytes)));
    for (const socket of [client, server]) socket.on("close", end).on("error", end);
  });
  await new Promise<void>((resolve) => line.listen(0, "127.0.0.1", resolve));
  const address = line.address();
  if (typeof address !== "object" || !address) throw new Error("no port");
  operator = new Client({ connectionString: url.href.replace(`/${name}`, "/postgres") });
  await operator.connect();
  url.port = String(address.port);
  process.env["DATABASE_URL"] = url.href;
});
afterAll(async () => {
  await operator.end();
  line.close();
});
beforeEach(async () => {
  // One of the tests shuts down.
  openAuditQueue();
  await emptyTrail();
});

async function duringAnOutage(act: () => Promise<void>): Promise<void> {
  await operator.query(`alter database ${name} allow_connections false`);
  try {
    // Waits until they are closed: a remaining one would fail a call after the outage.
    await operator.query("select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1", [
      name,
    ]);
    await act();
  } finally {
    await operator.query(`alter database ${name} allow_connections true`);
  }
}

test("events survive a database that closes every connection and accepts none", async () => {
  await duringAnOutage(async () => {
    queueEvents(250);
    await expect(flushAuditEvents()).rejects.toMatchObject({ code: "audit_unavailable", waiting: 250 });
    queueEvents(250, 250);
    await expect(flushAuditEvents()).rejects.toMatchObject({ code: "audit_unavailable", waiting: 500 });
    await expect(sql("select 1")).rejects.toThrow("not currently accepting connections");
  });
  await flushAuditEvents();
  expect(await writtenObjects()).toEqual(objects(500));
});

test("after an outage the queue and the chain catch up automatically", async () => {
  const keys = new TestMacKeys();
  const chaining = startAuditChaining(keys);
  try {
    await duringAnOutage(async () => {
      queueEvents(300);
      await expect(flushAuditEvents()).rejects.toMatchObject({ waiting: 300 });
    });
    await vi.waitFor(
      async () => expect(await verifyAuditChain(keys)).toMatchObject({ ok: true, records: 300, pending: 0 }),
      PATIENCE,
    );
  } finally {
    await chaining.stop();
  }
});

test("a shutdown during an outage says how many events it could not write", async () => {
  const chaining = startAuditChaining(new TestMacKeys());
  await duringAnOutage(async () => {
    queueEvents(7);
    await expect(chaining.stop()).rejects.toMatchObject({ code: "audit_unavailable", waiting: 7 });
  });
  await flushAuditEvents();
  expect(await writtenObjects()).toEqual(objects(7));
});

test("an answer that got lost after the database had the events does not write them twice", async () => {
  queueEvents(300);
  cutAtNextInsert = true;
  await expect(flushAuditEvents()).rejects.toMatchObject({ waiting: 300 });
  cutAtNextInsert = false;
  // The first batch was written; only its answer was lost.
  expect(await writtenObjects()).toHaveLength(200);
  await flushAuditEvents();
  expect(await writtenObjects()).toEqual(objects(300));
});

test("50,000 events are kept, the next one is refused and not dropped in silence, and all are written", async () => {
  await duringAnOutage(async () => {
    queueEvents(50_000);
    expect(() => queueEvents(1, 50_000)).toThrow(
      expect.objectContaining({ code: "audit_unavailable", waiting: 50_000 }),
    );
    await expect(flushAuditEvents()).rejects.toMatchObject({ waiting: 50_000 });
  });
  await flushAuditEvents();
  queueEvents(1, 50_000);
  await flushAuditEvents();
  expect(await writtenObjects()).toEqual(objects(50_001));
});

function queueLargeEvent(index: number): void {
  queueAuditEvent({
    actor: { userId: "ada" },
    action: "value.opened",
    objectId: `object-${index}`,
    detail: { text: "x".repeat(65_000) },
  });
}

test("events with large details are refused before they fill the memory", async () => {
  let accepted = 0;
  await duringAnOutage(async () => {
    const fill = () => {
      for (; accepted < 2_000; accepted += 1) queueLargeEvent(accepted);
    };
    expect(fill).toThrow(expect.objectContaining({ code: "audit_unavailable" }));
    await expect(flushAuditEvents()).rejects.toMatchObject({ waiting: accepted });
  });
  expect(accepted).toBeGreaterThan(1_000);
  await flushAuditEvents();
  expect(await writtenObjects()).toEqual(objects(accepted));
});

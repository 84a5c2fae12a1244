import { randomBytes } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { Client } from "pg";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { ProviderId } from "@/contracts/provider";
import type { StartKeyRotation } from "@/contracts/vault";
import { findStoredKey } from "@/domain/keys/sources/stored/find-stored-key";
import { openStoredKey } from "@/domain/keys/sources/stored/open-stored-key";
import { saveStoredKey } from "@/domain/keys/sources/stored/save-stored-key";
import { flushAuditEvents } from "@/domain/vault/audit/audit-queue";
import { chainAuditEvents } from "@/domain/vault/audit/chain-audit-events";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { auditMacKeys } from "@/domain/vault/data-keys/audit-mac-keys";
import { cancelKeyRotation } from "@/domain/vault/rotation/cancel-key-rotation";
import { listKeyRotations } from "@/domain/vault/rotation/list-key-rotations";
import { type RunOptions, runKeyRotation } from "@/domain/vault/rotation/run-key-rotation";
import { startKeyRotation } from "@/domain/vault/rotation/start-key-rotation";
import { vaultStatus } from "@/domain/vault/vault-status";
import { database } from "@/lib/db/client";
import {
  auditEventsTable,
  dataKeysTable,
  keyRotationsTable,
  userAiApiKeysTable,
  userTable,
} from "@/lib/db/schema";
import { startLocalVault } from "../key-stores/local-vault";
import { untilWaiting } from "./until-waiting";
import { useDatabase } from "./use-database";

useDatabase("postgres");

const OPERATOR = { system: "operator" } as const;
const PROVIDERS: ProviderId[] = ["anthropic", "openai", "openrouter"];
const ringKeys = new Map(["k1", "k2"].map((id) => [id, randomBytes(32).toString("hex")]));
let people: string[] = [];

function useRing(...ids: string[]): void {
  process.env["ENCRYPTION_KEYS"] = ids.map((id) => `${id}:${ringKeys.get(id) ?? ""}`).join(",");
}

beforeEach(async () => {
  useRing("k1");
  delete process.env["KEY_ENCRYPTION_KEYS"];
  const db = await database();
  await db.delete(userTable);
  await db.delete(keyRotationsTable);
  people = Array.from({ length: 8 }, () => `person-${randomBytes(6).toString("hex")}`);
  await db.insert(userTable).values(people.map((id) => ({ id, name: "P", email: `${id}@example.com` })));
  for (const userId of people) {
    for (const provider of PROVIDERS)
      await saveStoredKey({ userId }, { provider, apiKey: textOf(userId, provider) });
  }
});

function textOf(userId: string, provider: string): string {
  return `sk-${provider}-of-${userId}-0123456789`;
}

async function opened(userId: string, provider: ProviderId): Promise<string> {
  const key = await openStoredKey({ userId }, { provider });
  return key.status === "ok" ? key.key.reveal() : key.status;
}

async function start(order: Partial<StartKeyRotation>): Promise<string> {
  return (await startKeyRotation(OPERATOR, { kind: "data_keys", dryRun: false, ...order })).id;
}

async function rotate(order: Partial<StartKeyRotation>, options: Partial<RunOptions> = {}) {
  const id = await start(order);
  const outcome = await runKeyRotation(id, { worker: id, ...options });
  return { outcome, ...(await summaryOf(id)) };
}

async function summaryOf(id: string) {
  const summary = (await listKeyRotations()).find((rotation) => rotation.id === id);
  if (!summary) throw new Error("not listed");
  return summary;
}

async function marked(): Promise<number> {
  const { columns } = await vaultStatus();
  return columns.reduce((sum, column) => sum + column.unreadable, 0);
}

describe("a worker that lacks a key", () => {
  test.each(["verify", "data_keys"] as const)(
    "%s by a server without the key-encryption key marks nothing and says what it left",
    async (kind) => {
      useRing("k2", "k1");
      await rotate({ kind: "key_encryption_key" });
      useRing("k1");
      const rotation = await rotate({ kind });
      expect(rotation).toMatchObject({ outcome: "finished", unreadable: 0 });
      expect(rotation.skipped).toBeGreaterThanOrEqual(people.length * PROVIDERS.length);
      expect(await marked()).toBe(0);
      // With the key everything opens as before.
      useRing("k2", "k1");
      expect(await rotate({ kind: "data_keys" })).toMatchObject({ unreadable: 0, skipped: 0 });
      expect(await opened(people[0] ?? "", "openai")).toBe(textOf(people[0] ?? "", "openai"));
    },
  );

  test("a process that was started with other keys leaves the key of the audit chain alone", async () => {
    await chainAuditEvents(auditMacKeys);
    const db = await database();
    const ofTheSystem = () => db.select().from(dataKeysTable).where(eq(dataKeysTable.ownerKind, "system"));
    const before = await ofTheSystem();
    expect(before.some((key) => key.state === "active")).toBe(true);
    process.env["ENCRYPTION_KEYS"] = `k1:${randomBytes(32).toString("hex")}`;
    await recordAuditEvent(db, OPERATOR, "audit.verified", "audit_events");
    await expect(chainAuditEvents(auditMacKeys)).rejects.toMatchObject({ code: "decryption_failed" });
    expect(await ofTheSystem()).toEqual(before);
    useRing("k1");
    expect(await chainAuditEvents(auditMacKeys)).toBeGreaterThan(0);
  });

  test("an old key that its store permanently refuses does not block the others", async () => {
    const vault = await startLocalVault();
    try {
      vi.stubEnv("VAULT_TOKEN", vault.token);
      const entry = `vault=vault-transit:${vault.origin}/${vault.mount}/${vault.keyName}`;
      process.env["KEY_ENCRYPTION_KEYS"] = `${entry},env`;
      const db = await database();
      await db.insert(userTable).values({ id: "gone", name: "P", email: "gone@example.com" });
      await saveStoredKey({ userId: "gone" }, { provider: "openai", apiKey: textOf("gone", "openai") });
      vault.trouble = "pending-deletion";
      process.env["KEY_ENCRYPTION_KEYS"] = `env,${entry}`;
      const rotation = await rotate({ kind: "data_keys" });
      expect(rotation).toMatchObject({ outcome: "finished", unreadable: 0, skipped: 1 });
      expect((await vaultStatus()).columns[0]).toMatchObject({ outdated: 1, unreadable: 0 });
      expect(await findStoredKey({ userId: "gone" }, { provider: "openai" })).toMatchObject({ status: "ok" });
    } finally {
      vi.unstubAllEnvs();
      await vault.close();
    }
  });
});

describe("what a verification finds", () => {
  test("a data key that cannot be unwrapped counts, and every opening is on record", async () => {
    const db = await database();
    const [userId = ""] = people;
    await db
      .update(dataKeysTable)
      .set({ wrapped: sql`left(wrapped, -4) || 'AAAA'` })
      .where(eq(dataKeysTable.ownerId, userId));
    const rotation = await rotate({ kind: "verify" });
    // The data key, and the three values it sealed.
    expect(rotation).toMatchObject({ outcome: "finished", unreadable: 4 });
    await flushAuditEvents();
    const events = await db
      .select({ action: auditEventsTable.action, detail: auditEventsTable.detail })
      .from(auditEventsTable)
      .where(eq(auditEventsTable.actorId, "system:rotation"));
    const rows = (action: string) =>
      events.filter((event) => event.action === action).flatMap(({ detail }) => detail?.["rows"] ?? []);
    const ofPerson = await db
      .select({ id: userAiApiKeysTable.id })
      .from(userAiApiKeysTable)
      .where(eq(userAiApiKeysTable.userId, userId));
    expect(rows("value.open_failed")).toEqual(expect.arrayContaining(ofPerson.map(({ id }) => id)));
    expect(new Set(rows("value.opened")).size).toBeGreaterThanOrEqual((people.length - 1) * PROVIDERS.length);
  });

  test("a dry run changes in numbers exactly what the rotation then changes", async () => {
    const dry = await rotate({ kind: "data_keys", dryRun: true }, { batchRows: 110 });
    const real = await rotate({ kind: "data_keys" }, { batchRows: 110 });
    expect(dry.changed).toBe(people.length * PROVIDERS.length);
    expect(real.changed).toBe(dry.changed);
  });
});

describe("requests of people come first", () => {
  test("a batch that waits for a row releases its locks: it does not block another person's message", async () => {
    const [held = "", other = ""] = people.toSorted();
    const client = new Client({ connectionString: process.env["DATABASE_URL"] });
    await client.connect();
    try {
      await client.query("begin");
      await client.query("select 1 from data_keys where owner_id = $1 for update", [held]);
      const id = await start({ kind: "data_keys" });
      const running = runKeyRotation(id, { worker: "w" });
      await untilWaiting(1);
      expect(await opened(other, "openai")).toBe(textOf(other, "openai"));
      await client.query("commit");
      expect(await running).toBe("finished");
      expect(await summaryOf(id)).toMatchObject({ unreadable: 0, skipped: 0, lastError: null });
    } finally {
      await client.end();
    }
  });

  test("a rate limit is kept, even below one page, and cancelling takes effect while it waits", async () => {
    const begun = performance.now();
    // 24 values and 8 keys in four walks: at 40 rows per second it cannot be done within a second.
    expect(await rotate({ kind: "data_keys", rowsPerSecond: 40 })).toMatchObject({ outcome: "finished" });
    const tookMs = performance.now() - begun;
    const { done } = (await listKeyRotations())[0] ?? { done: 0 };
    expect(done / (tookMs / 1000)).toBeLessThanOrEqual(40.5);

    const id = await start({ kind: "verify", rowsPerSecond: 1 });
    const running = runKeyRotation(id, { worker: "w" });
    await vi.waitUntil(async () => (await summaryOf(id)).done > 0, { timeout: 20_000 });
    await cancelKeyRotation(OPERATOR, id);
    expect(await running).toBe("not_running");
  });
});

describe("a slow key store", () => {
  test("two workers: the one at work keeps its lease through a batch that takes longer than it lasts", async () => {
    const db = await database();
    const id = await start({ kind: "verify" });
    // Simulates a key store that takes seconds per batch: the batch waits for a lock, and the lease is short.
    const client = new Client({ connectionString: process.env["DATABASE_URL"] });
    await client.connect();
    try {
      await client.query("begin");
      await client.query("lock table user_ai_api_keys in access exclusive mode");
      const first = runKeyRotation(id, { worker: "first", threadFromRows: 0 });
      await untilWaiting(1);
      await client.query("savepoint s");
      await db
        .update(keyRotationsTable)
        .set({ leaseUntil: sql`now() + interval '6 seconds'` })
        .where(eq(keyRotationsTable.id, id));
      const leaseEnd = async () =>
        (
          await db.select().from(keyRotationsTable).where(eq(keyRotationsTable.id, id))
        )[0]?.leaseUntil?.getTime() ?? 0;
      const before = await leaseEnd();
      await vi.waitUntil(async () => (await leaseEnd()) > before, { timeout: 20_000 });
      expect(await runKeyRotation(id, { worker: "second", threadFromRows: 0 })).toBe("busy");
      await client.query("commit");
      expect(await first).toBe("finished");
    } finally {
      await client.end();
    }
  });
});

describe("the cipher thread", () => {
  test("that dies midway only causes a retry", async () => {
    const id = await start({ kind: "data_keys" });
    // Its first message says that it is ready; then it is given the first job.
    process.once("worker", (worker) => worker.once("message", () => void worker.terminate()));
    expect(await runKeyRotation(id, { worker: "first", threadFromRows: 0 })).toBe("waiting");
    expect(await summaryOf(id)).toMatchObject({ state: "running", changed: 0 });
    expect(await runKeyRotation(id, { worker: "second", threadFromRows: 0 })).toBe("finished");
    expect(await summaryOf(id)).toMatchObject({ changed: people.length * PROVIDERS.length, unreadable: 0 });
    for (const userId of people) expect(await opened(userId, "openai")).toBe(textOf(userId, "openai"));
  });

  test("that cannot be started leaves its work to the main thread", async () => {
    process.once("worker", (worker) => void worker.terminate());
    expect(await rotate({ kind: "data_keys" }, { threadFromRows: 0 })).toMatchObject({
      outcome: "finished",
      changed: people.length * PROVIDERS.length,
      unreadable: 0,
    });
    expect(await opened(people[0] ?? "", "openai")).toBe(textOf(people[0] ?? "", "openai"));
  });
});

import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { and, eq, gt, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ProviderId } from "@/contracts/provider";
import type { KeyRotationKind } from "@/contracts/vault";
import { openStoredKey } from "@/domain/keys/sources/stored/open-stored-key";
import { saveStoredKey } from "@/domain/keys/sources/stored/save-stored-key";
import { createProject } from "@/domain/projects/create-project";
import { saveProjectSecret } from "@/domain/projects/secrets/save-project-secret";
import { runKeyRotation } from "@/domain/vault/rotation/run-key-rotation";
import { startKeyRotation } from "@/domain/vault/rotation/start-key-rotation";
import { vaultStatus } from "@/domain/vault/vault-status";
import { database } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";
import { auditEventsTable, dataKeysTable, keyRotationsTable, userTable } from "@/lib/db/schema";
import { bundle } from "../../scripts/lib/compile.mjs";
import { useDatabase } from "./use-database";

useDatabase("postgres");

/** Each seed kills a rotation at a different place; run with KILL_SEEDS=500 for more. */
const SEEDS = Number(process.env["KILL_SEEDS"] ?? 56);
const PEOPLE = 12;
const PROVIDERS: ProviderId[] = ["anthropic", "openai", "openrouter"];
const VALUES = PEOPLE * PROVIDERS.length;
/** Small, so that a rotation has many batches to die between. */
const BATCH_ROWS = 5;
/** How many statements two rotations may differ by: those that depend on time. */
const MARGIN = 5;
const OPERATOR = { system: "operator" } as const;

const hex = { k1: randomBytes(32).toString("hex"), k2: randomBytes(32).toString("hex") };
let ring = "";
let people: string[] = [];
/** Statements a whole rotation of each kind takes. */
const length: Partial<Record<KeyRotationKind, number>> = {};
/** The worker's program, and a preloaded process that waits while the previous one works. */
const cache = path.resolve("node_modules/.cache/orchestral");
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(path.join(cache, "worker-"));
const program = path.join(folder, "main.js");
let spare: Promise<ChildProcess>;

function useRing(current: "k1" | "k2"): void {
  const other = current === "k1" ? "k2" : "k1";
  ring = `${current}:${hex[current]},${other}:${hex[other]}`;
  process.env["ENCRYPTION_KEYS"] = ring;
}

// With all packages: each seed starts a process, which would spend most of its time reading modules. In
// pieces, so that it reads only what it needs.
beforeAll(async () => {
  await bundle(path.resolve("."), "tests/database/killed-rotation-worker.ts", folder, {
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    conditions: ["react-server"],
    external: ["@electric-sql/pglite", "pg-native", "pkcs11js"],
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    logLevel: "error",
  });
});

beforeAll(async () => {
  useRing("k1");
  const db = await database();
  people = Array.from({ length: PEOPLE }, (_, index) => `person-${index}`);
  await db.insert(userTable).values(people.map((id) => ({ id, name: "P", email: `${id}@example.com` })));
  for (const userId of people) {
    for (const provider of PROVIDERS)
      await saveStoredKey({ userId }, { provider, apiKey: textOf(userId, provider) });
  }
  const project = await createProject({ userId: "person-0" }, { name: "P" });
  await saveProjectSecret({ userId: "person-0" }, project.id, { name: "TOKEN", value: "hunter2" });
  spare = loadedWorker();
});

afterAll(async () => {
  (await spare).kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

function textOf(userId: string, provider: string): string {
  return `sk-${provider}-of-${userId}-0123456789`;
}

async function loadedWorker(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, LOG_LEVEL: "silent" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  if (!child.stdout) throw new Error("no stdout");
  const ended = new AbortController();
  child.once("exit", () => ended.abort(new Error("the worker ended before it had loaded")));
  await once(createInterface({ input: child.stdout }), "line", { signal: ended.signal });
  return child;
}

async function work(
  rotationId: string,
  death: { dieAt: number | null; afterSending: boolean },
): Promise<{ signal: string | null; said: string }> {
  const child = await spare;
  spare = loadedWorker();
  let said = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = once(child, "exit");
  child.stdin?.write(`${JSON.stringify({ rotationId, ring, batchRows: BATCH_ROWS, ...death })}\n`);
  await ended;
  return { signal: child.signalCode, said };
}

async function everyKeyOpens(): Promise<void> {
  for (const userId of people) {
    for (const provider of PROVIDERS) {
      const opened = await openStoredKey({ userId }, { provider });
      expect(opened.status === "ok" ? opened.key.reveal() : opened.status).toBe(textOf(userId, provider));
    }
  }
}

/** Ids in the records of one action since `since`, with duplicates. */
async function recorded(action: string, list: "rows" | "keys", since: Date): Promise<string[]> {
  const db = await database();
  const events = await db
    .select({ objectId: auditEventsTable.objectId, detail: auditEventsTable.detail })
    .from(auditEventsTable)
    .where(and(eq(auditEventsTable.action, action), gt(auditEventsTable.at, since)));
  return events.flatMap(({ detail }) => (Array.isArray(detail?.[list]) ? detail[list] : []));
}

async function begin(kind: KeyRotationKind, seed: number): Promise<{ id: string; since: Date }> {
  // Every rotation of the key-encryption key goes back to the other one, so that there is something to do.
  if (kind === "key_encryption_key") useRing(seed % 4 < 2 ? "k2" : "k1");
  const db = await database();
  const [now] = await rowsOf<{ now: string }>(db, sql`select now() as now`);
  const { id } = await startKeyRotation(OPERATOR, { kind, dryRun: false });
  return { id, since: new Date(now?.now ?? 0) };
}

async function checkWhole(kind: KeyRotationKind, since: Date): Promise<void> {
  await everyKeyOpens();
  const { columns } = await vaultStatus();
  expect(columns.filter(({ total }) => total > 0)).toMatchObject([
    { total: VALUES, current: VALUES, outdated: 0, unreadable: 0 },
    { total: 1, current: 1, outdated: 0, unreadable: 0 },
  ]);
  expect(await (kind === "data_keys" ? afterDataKeys(since) : afterKeyEncryptionKey(since))).toEqual(
    kind === "data_keys"
      ? { seals: people.map(() => PROVIDERS.length), resealed: VALUES + 1, twice: 0 }
      : { underTheOldKey: 0, twice: 0 },
  );
}

/** Exact: a value sealed twice would count twice. */
async function afterDataKeys(since: Date) {
  const db = await database();
  const active = await db
    .select()
    .from(dataKeysTable)
    .where(and(eq(dataKeysTable.state, "active"), eq(dataKeysTable.ownerKind, "user")));
  const resealed = await recorded("value.resealed", "rows", since);
  return {
    seals: active.map((key) => key.seals),
    resealed: resealed.length,
    twice: resealed.length - new Set(resealed).size,
  };
}

async function afterKeyEncryptionKey(since: Date) {
  const { keyEncryptionKeys } = await vaultStatus();
  const others = keyEncryptionKeys.filter((key) => !key.current);
  const rewrapped = await recorded("data_key.rewrapped", "keys", since);
  return {
    underTheOldKey: others.reduce((sum, key) => sum + key.dataKeys + key.values, 0),
    twice: rewrapped.length - new Set(rewrapped).size,
  };
}

/** Small and good enough to spread the seeds. */
function randomOf(seed: number): number {
  let state = (seed + 1) * 0x9e3779b1;
  state = Math.imul(state ^ (state >>> 15), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return ((state ^ (state >>> 16)) >>> 0) / 2 ** 32;
}

describe("a rotation whose process is killed", () => {
  test.each(["data_keys", "key_encryption_key"] as const)("%s, not killed, is whole", async (kind) => {
    const { id, since } = await begin(kind, 0);
    const { signal, said } = await work(id, { dieAt: null, afterSending: false });
    expect(signal).toBeNull();
    const { outcome, statements } = JSON.parse(said) as { outcome: string; statements: number };
    expect(outcome).toBe("finished");
    expect(statements).toBeGreaterThan(40);
    length[kind] = statements;
    await checkWhole(kind, since);
  });

  test.each(Array.from({ length: SEEDS }, (_, index) => index + 1))(
    "seed %i: killed with -9 somewhere, nothing is lost and nothing is done twice",
    async (seed) => {
      const kind = seed % 2 ? "key_encryption_key" : "data_keys";
      const { id, since } = await begin(kind, seed + 1);
      const dieAt = 1 + Math.floor(randomOf(seed) * ((length[kind] ?? 0) - MARGIN));
      const { signal } = await work(id, { dieAt, afterSending: randomOf(seed + 10_000) < 0.5 });
      expect(signal).toBe("SIGKILL");
      await everyKeyOpens();
      // Stands for waiting 15 seconds.
      const db = await database();
      await db.update(keyRotationsTable).set({ leaseUntil: sql`now()` }).where(eq(keyRotationsTable.id, id));
      const outcome = await runKeyRotation(id, { worker: "after", batchRows: BATCH_ROWS });
      // Killed between the last commit and its answer, it may have been finished.
      expect(["finished", "not_running"]).toContain(outcome);
      const [row] = await db.select().from(keyRotationsTable).where(eq(keyRotationsTable.id, id));
      expect(row).toMatchObject({ state: "completed", unreadable: 0 });
      await checkWhole(kind, since);
    },
  );
});

import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  auditJournalProblem,
  closeAuditQueue,
  flushAuditEvents,
  openAuditQueue,
} from "@/domain/vault/audit/audit-queue";
import { chainAuditEvents } from "@/domain/vault/audit/chain-audit-events";
import { recoverAuditJournals } from "@/domain/vault/audit/recover-audit-journals";
import { verifyAuditChain } from "@/domain/vault/audit/verify-audit-chain";
import { bundle } from "../../scripts/lib/compile.mjs";
import { objects, queueEvents, writtenObjects } from "./audit-queue-battery";
import { emptyTrail, sql, TestMacKeys } from "./audit-support";
import { useDatabase } from "./use-database";

useDatabase("postgres");

const keys = new TestMacKeys();
const journals = () => path.join(process.env["DATA_DIR"] ?? "", "audit-journal");
const files = () => readdirSync(journals()).map((name) => path.join(journals(), name));
const linesOf = (file = "") => readFileSync(file, "utf8").split("\n").slice(1, -1);

const cache = path.resolve("node_modules/.cache/orchestral");
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(path.join(cache, "worker-"));
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(async () => {
  await bundle(path.resolve("."), "tests/database/killed-journal-worker.ts", folder, {
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    conditions: ["react-server"],
    external: ["@electric-sql/pglite", "@electric-sql/pglite-tools", "pg-native"],
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    logLevel: "error",
  });
});

beforeEach(async () => {
  openAuditQueue();
  await closeAuditQueue();
  rmSync(journals(), { recursive: true, force: true });
  await emptyTrail();
  openAuditQueue();
});

async function killedAfter(events: number): Promise<void> {
  const child = spawn(process.execPath, [path.join(folder, "main.js")], {
    env: { ...process.env, EVENTS: String(events) },
    stdio: "inherit",
  });
  expect((await once(child, "exit"))[1]).toBe("SIGKILL");
}

test("every opening of a server that was killed in the same moment is in the trail after the next start", async () => {
  await killedAfter(9);
  expect(await writtenObjects()).toEqual([]);
  await recoverAuditJournals();
  expect(await writtenObjects()).toEqual(objects(9));
  expect(files()).toEqual([]);
  await chainAuditEvents(keys);
  expect(await verifyAuditChain(keys)).toMatchObject({ ok: true, records: 9, pending: 0 });
});

test("what the database had already is not written twice, and half a line is no record", async () => {
  await killedAfter(3);
  const [file = ""] = files();
  const text = readFileSync(file, "utf8");
  await recoverAuditJournals();
  // As a kill leaves it between the commit and the removal, and in the middle of a write.
  writeFileSync(file, `${text}${text.split("\n")[1]?.slice(0, 60)}`);
  await recoverAuditJournals();
  expect(await writtenObjects()).toEqual(objects(3));
  expect(files()).toEqual([]);
});

test("what another hand put into a journal is not chained", async () => {
  await killedAfter(1);
  const [file = ""] = files();
  const genuine = JSON.parse(linesOf(file)[0] ?? "") as object;
  appendFileSync(file, `${JSON.stringify({ ...genuine, id: randomUUID(), objectId: "object-1" })}\n`);
  await recoverAuditJournals();
  expect(await chainAuditEvents(keys)).toBe(1);
  expect(await verifyAuditChain(keys)).toMatchObject({ ok: false, records: 1, pending: 1 });
});

test("a journal holds what waits, is emptied by the database, and is left alone while its server lives", async () => {
  queueEvents(5);
  expect(linesOf(files()[0])).toHaveLength(5);
  await recoverAuditJournals();
  expect(await sql("select 1 from audit_events")).toEqual([]);
  await flushAuditEvents();
  expect(files().map(linesOf)).toEqual([[]]);
  queueEvents(1, 5);
  await flushAuditEvents();
  expect(await writtenObjects()).toEqual(objects(6));
  await closeAuditQueue();
  expect(files()).toEqual([]);
});

test("without a place for it events are recorded as before, and the doctor can say so", async () => {
  writeFileSync(journals(), "");
  queueEvents(2);
  expect(auditJournalProblem()).toBe("EEXIST");
  await flushAuditEvents();
  expect(await writtenObjects()).toEqual(objects(2));
  rmSync(journals());
});

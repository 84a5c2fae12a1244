import { chmodSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { flushAuditEvents } from "@/domain/vault/audit/audit-queue";
import { chainAuditEvents } from "@/domain/vault/audit/chain-audit-events";
import { openControlChannel } from "@/domain/vault/control-channel";
import { auditMacKeys } from "@/domain/vault/data-keys/audit-mac-keys";
import { closeDatabase, databaseConnection } from "@/lib/db/client";
import { queueEvents } from "./audit-queue-battery";
import { sql } from "./audit-support";
import { useDatabase } from "./use-database";

useDatabase("embedded");

const dataDir = () => process.env["DATA_DIR"] ?? "";

beforeAll(() => chmodSync(dataDir(), 0o755));

function openToOthers(): string[] {
  return [
    dataDir(),
    ...readdirSync(dataDir(), { recursive: true }).map((name) => path.join(dataDir(), String(name))),
  ].filter((place) => (statSync(place).mode & 0o077) !== 0);
}

test("nothing in the data folder is open to other users: not the files of an earlier version, nor what is written now", async () => {
  expect(openToOthers().length).toBeGreaterThan(500);
  const connection = await databaseConnection();
  await sql("create table written_now as select 1 as n");
  await connection.erase({ always: true });
  openControlChannel();
  queueEvents(1);
  await flushAuditEvents();
  await chainAuditEvents(auditMacKeys);
  expect(readdirSync(dataDir()).toSorted()).toEqual([
    "audit-head-embedded.json",
    "audit-journal",
    "lock",
    "pglite",
    "vault-control.json",
  ]);
  expect(openToOthers()).toEqual([]);
  await closeDatabase();
  expect(openToOthers()).toEqual([]);
});

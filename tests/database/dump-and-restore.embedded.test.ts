import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { saveStoredKey } from "@/domain/keys/sources/stored/save-stored-key";
import { DataDirLockedError } from "@/lib/data-dir-lock";
import { closeDatabase, database } from "@/lib/db/client";
import { userTable } from "@/lib/db/schema";
import { dump } from "../../scripts/vault/dump";
import { restore } from "../../scripts/vault/restore";
import { createDatabase } from "../support/real-postgres";
import { sql } from "./audit-support";
import { useDatabase } from "./use-database";

useDatabase("embedded");

const place = mkdtempSync(path.join(tmpdir(), "orchestral-dump-"));
afterAll(() => rmSync(place, { recursive: true }));
const file = path.join(place, "orchestral.sql");

const ADA = { userId: "ada" };
const SEALED =
  "select api_key as sealed from user_ai_api_keys union all select wrapped from data_keys order by 1";
const RECORDS = "select id, at, action, seq::int, mac from audit_events order by id";

let replaced: string[] = [];
let sealed: unknown[] = [];
let records: unknown[] = [];

beforeAll(async () => {
  await (await database())
    .insert(userTable)
    .values({ id: "ada", name: "Ada 'A' \\ é", email: "ada@example.com" });
  await saveStoredKey(ADA, { provider: "anthropic", apiKey: "sk-ant-api03-0123456789abcdefghij" });
  replaced = (await sql<{ api_key: string }>("select api_key from user_ai_api_keys")).map(
    (row) => row.api_key,
  );
  await saveStoredKey(ADA, { provider: "anthropic", apiKey: "sk-ant-api03-another-0123456789ab" });
  sealed = await sql(SEALED);
  records = await sql(RECORDS);
});

describe("a dump of the embedded database", () => {
  test("is not made while a server has the database open, nor over an existing file", async () => {
    await expect(dump(".", { out: file })).rejects.toThrow(DataDirLockedError);
    await closeDatabase();
    writeFileSync(path.join(place, "there.sql"), "");
    await expect(dump(".", { out: path.join(place, "there.sql") })).rejects.toThrow("exists");
    expect(existsSync(file)).toBe(false);
  });

  test("holds what is in the tables and nothing that was, and only its owner can read it", async () => {
    expect(await dump(".", { out: file })).toBe(0);
    const text = readFileSync(file, "utf8");
    for (const row of sealed as { sealed: string }[]) expect(text).toContain(row.sealed);
    for (const gone of replaced) expect(text).not.toContain(gone);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test("is restored whole where no database is, with the triggers that keep the audit trail", async () => {
    await expect(restore(".", { from: file })).rejects.toThrow("holds a database");
    const dataDir = path.join(place, "restored");
    const given = { ...process.env, DATA_DIR: dataDir };
    const partial = path.join(place, "partial.sql");
    writeFileSync(partial, `${readFileSync(file, "utf8").slice(0, 20_000)};select 1/0`);
    await expect(restore(".", { from: partial }, given)).rejects.toThrow("Nothing was restored");
    expect(existsSync(path.join(dataDir, "pglite"))).toBe(false);

    expect(await restore(".", { from: file }, given)).toBe(0);
    const restored = await PGlite.create(path.join(dataDir, "pglite"));
    expect((await restored.query(SEALED)).rows).toEqual(sealed);
    expect((await restored.query(RECORDS)).rows).toEqual(records);
    await expect(restored.query("delete from audit_events")).rejects.toThrow("append-only");
    await restored.close();
  });

  test("moves an installation to Postgres", async () => {
    const client = new Client({ connectionString: await createDatabase(inject("postgresUrl")) });
    await client.connect();
    await client.query(readFileSync(file, "utf8"));
    await client.query("set search_path = public");
    expect((await client.query(SEALED)).rows).toEqual(sealed);
    await client.end();
  });
});

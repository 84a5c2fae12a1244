import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deleteKey } from "@/domain/keys/delete-key";
import { deletePreviousSecret } from "@/domain/keys/previous-secret";
import { addStoredKey } from "@/domain/keys/sources/stored/add-stored-key";
import { openStoredKey } from "@/domain/keys/sources/stored/open-stored-key";
import { replaceStoredKey } from "@/domain/keys/sources/stored/replace-stored-key";
import { saveStoredKey } from "@/domain/keys/sources/stored/save-stored-key";
import { createProject } from "@/domain/projects/create-project";
import { deleteProject } from "@/domain/projects/delete-project";
import { deleteProjectSecret } from "@/domain/projects/secrets/delete-project-secret";
import { saveProjectSecret } from "@/domain/projects/secrets/save-project-secret";
import { retireKeyEncryptionKey } from "@/domain/vault/rotation/retire-key-encryption-key";
import { runKeyRotation } from "@/domain/vault/rotation/run-key-rotation";
import { startKeyRotation } from "@/domain/vault/rotation/start-key-rotation";
import { FOREIGN_ENCRYPTED_COLUMNS, SEALED_COLUMNS } from "@/domain/vault/sealing/sealed-columns";
import { deleteAccount } from "@/lib/auth/delete-account";
import { closeDatabase, database, databaseConnection } from "@/lib/db/client";
import { userTable } from "@/lib/db/schema";
import { bundle } from "../../scripts/lib/compile.mjs";
import { sql } from "./audit-support";
import { useDatabase } from "./use-database";

useDatabase("embedded");

const OPERATOR = { system: "operator" } as const;
const hex = { k1: randomBytes(32).toString("hex"), k2: randomBytes(32).toString("hex") };
let people = 0;

beforeAll(() => {
  process.env["ENCRYPTION_KEYS"] = `k1:${hex.k1}`;
});

async function newPerson(): Promise<{ userId: string }> {
  people += 1;
  const userId = `person-${people}`;
  await (await database())
    .insert(userTable)
    .values({ id: userId, name: "P", email: `${userId}@example.com` });
  return { userId };
}

/** Every sealed and wrapped text that the tables hold now. */
async function sealedTexts(): Promise<string[]> {
  const rows = await sql<{ sealed: string }>(`select api_key as sealed from user_ai_api_keys
    union all select value ->> 'text' from project_secrets
    union all select sealed_key from admin_keys
    union all select wrapped from data_keys where wrapped is not null`);
  return rows.map((row) => row.sealed);
}

/** The middle of a text: whole also where a file holds a long value in pieces. */
function middleOf(text: string): string {
  const from = Math.floor(text.length / 2) - 20;
  return text.slice(from, from + 40);
}

/** Names of the data folder's files that hold a text. */
function filesWith(text: string): string[] {
  return readdirSync(process.env["DATA_DIR"] ?? "", { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && readFileSync(path.join(entry.parentPath, entry.name)).includes(text))
    .map(({ name }) => name);
}

async function filesOfNoTable(): Promise<string[]> {
  const rows = await sql<{ file: string; oid: string }>(
    `select pg_relation_filenode(c.oid)::text as file, d.oid::text as oid from pg_class c, pg_database d
     where d.datname = current_database() and pg_relation_filenode(c.oid) is not null`,
  );
  const known = new Set(rows.map(({ file }) => file));
  return readdirSync(path.join(process.env["DATA_DIR"] ?? "", "pglite", "base", rows[0]?.oid ?? "")).filter(
    (name) => /^\d/.test(name) && !known.has(/^\d+/.exec(name)?.[0] ?? ""),
  );
}

/** Which of the texts any file of the data folder holds, whatever the file is for. */
function foundInFiles(texts: readonly string[]): string[] {
  const found = new Set<string>();
  const folder = process.env["DATA_DIR"] ?? "";
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = readFileSync(path.join(entry.parentPath, entry.name));
    for (const text of texts) if (bytes.includes(middleOf(text))) found.add(text);
  }
  return [...found];
}

/**
 * What a deletion takes out of the tables. It is in the files at first, so that the search is known
 * to work.
 */
async function takenBy(work: () => Promise<unknown>): Promise<string[]> {
  const before = await sealedTexts();
  await work();
  const after = new Set(await sealedTexts());
  const taken = before.filter((text) => !after.has(text));
  await sql("checkpoint");
  expect(taken.length).toBeGreaterThan(0);
  expect(foundInFiles(taken)).toEqual(taken);
  return taken;
}

async function rotate(kind: "key_encryption_key" | "data_keys"): Promise<void> {
  const { id } = await startKeyRotation(OPERATOR, { kind, dryRun: false });
  expect(await runKeyRotation(id, { worker: "w" })).toBe("finished");
}

/** Its base64 text is stored outside the row, in pieces, and cannot be compressed. */
const LONG = randomBytes(4_500).toString("base64");
const KEY = "sk-ant-api03-0123456789abcdefghij";

/** Each way to lose a secret: prepares one, and returns what takes it away. */
const deletions: Record<string, () => Promise<() => Promise<unknown>>> = {
  "a key": async () => {
    const actor = await newPerson();
    const id = await addStoredKey(actor, { provider: "anthropic", apiKey: KEY, label: "" });
    return () => deleteKey(actor, id);
  },
  "a replaced key": async () => {
    const actor = await newPerson();
    const id = await addStoredKey(actor, { provider: "anthropic", apiKey: KEY, label: "" });
    return () => replaceStoredKey(actor, id, { apiKey: `${KEY}2`, keepPreviousHours: 0 });
  },
  "a previous secret": async () => {
    const actor = await newPerson();
    const id = await addStoredKey(actor, { provider: "anthropic", apiKey: KEY, label: "" });
    await replaceStoredKey(actor, id, { apiKey: `${KEY}2`, keepPreviousHours: 1 });
    return () => deletePreviousSecret(actor, id);
  },
  "a project secret": async () => {
    const actor = await newPerson();
    const { id } = await createProject(actor, { name: "P" });
    await saveProjectSecret(actor, id, { name: "TOKEN", value: LONG });
    return () => deleteProjectSecret(actor, id, "TOKEN");
  },
  "a project": async () => {
    const actor = await newPerson();
    const { id } = await createProject(actor, { name: "P" });
    await saveProjectSecret(actor, id, { name: "TOKEN", value: LONG });
    return () => deleteProject(actor, id);
  },
  "an account": async () => {
    const actor = await newPerson();
    await saveStoredKey(actor, { provider: "openai", apiKey: KEY });
    const { id } = await createProject(actor, { name: "P" });
    await saveProjectSecret(actor, id, { name: "TOKEN", value: LONG });
    return async () => deleteAccount(await database(), actor.userId);
  },
};

async function takenByAll(): Promise<string[]> {
  const taken: string[] = [];
  for (const prepare of Object.values(deletions)) taken.push(...(await takenBy(await prepare())));
  return taken;
}

describe("what was deleted", () => {
  test("is in no file once it was erased in the background, while the server runs", async () => {
    const taken = await takenByAll();
    const connection = await databaseConnection();
    await connection.erase();
    expect(foundInFiles(taken)).toEqual([]);
    // Nothing was freed since, so nothing is written again.
    const place =
      "select pg_relation_filenode('user_ai_api_keys') as file, pg_current_wal_insert_lsn() as wal";
    const before = await sql(place);
    await connection.erase();
    expect(await sql(place)).toEqual(before);
  });

  test("is in no recycled segment of the log that an earlier version kept for later use", async () => {
    const taken = await takenByAll();
    const folder = path.join(process.env["DATA_DIR"] ?? "", "pglite", "pg_wal");
    const [last] = readdirSync(folder)
      .filter((name) => /^[0-9A-F]{24}$/.test(name))
      .toSorted()
      .toReversed();
    const next = (Number.parseInt(last?.slice(-8) ?? "", 16) + 1).toString(16).toUpperCase().padStart(8, "0");
    cpSync(path.join(folder, last ?? ""), path.join(folder, `${last?.slice(0, 16)}${next}`));
    await (await databaseConnection()).erase();
    expect(foundInFiles(taken)).toEqual([]);
  });

  test("is noted by the database for every column that holds something sealed or encrypted", async () => {
    const noted = await sql<{ place: string }>(
      `select tgrelid::regclass::text || '.' || attname as place from pg_trigger
       join pg_attribute on attrelid = tgrelid and attnum = any(tgattr) where tgfoid = 'note_freed_secret'::regproc`,
    );
    const columns = [
      ...SEALED_COLUMNS,
      ...FOREIGN_ENCRYPTED_COLUMNS,
      { table: "data_keys", column: "wrapped" },
    ];
    const places = columns.map(({ table, column }) => `${table}.${column}`);
    expect(noted.map(({ place }) => place)).toEqual(expect.arrayContaining(places));
    // No statistics are made of them either: those would outlive the row.
    await sql("analyze");
    const [statistics] = await sql(
      `select count(*)::int as n from pg_stats where schemaname = 'public' and tablename || '.' || attname = any($1)`,
      [places],
    );
    expect(statistics).toEqual({ n: 0 });
  });
});

describe("a key that was rotated away", () => {
  test("opens nothing in any file, as soon as the rotation and the retirement are done", async () => {
    const actor = await newPerson();
    await saveStoredKey(actor, { provider: "anthropic", apiKey: KEY });
    const before = await sealedTexts();
    process.env["ENCRYPTION_KEYS"] = `k2:${hex.k2},k1:${hex.k1}`;
    await rotate("key_encryption_key");
    await rotate("data_keys");
    const after = new Set(await sealedTexts());
    expect(foundInFiles(before.filter((text) => !after.has(text)))).toEqual([]);
    await retireKeyEncryptionKey(OPERATOR, "k1");
    expect(filesWith("orcw1.k1.")).toEqual([]);
    expect(filesWith("orcw1.k2.")).not.toEqual([]);
    process.env["ENCRYPTION_KEYS"] = `k2:${hex.k2}`;
    expect((await openStoredKey(actor, { provider: "anthropic" })).status).toBe("ok");
  });
});

// From here on the database is closed and opened again.
describe("what was deleted just before", () => {
  test("is in no file after a clean stop, whichever way it was deleted, and what was kept opens", async () => {
    const kept = await newPerson();
    await saveStoredKey(kept, { provider: "anthropic", apiKey: KEY });
    const taken = await takenByAll();
    await closeDatabase();
    expect(foundInFiles(taken)).toEqual([]);
    const opened = await openStoredKey(kept, { provider: "anthropic" });
    expect(opened.status).toBe("ok");
    expect(foundInFiles(await sealedTexts())).toHaveLength((await sealedTexts()).length);
  });
});

describe("a process killed with -9", () => {
  const cache = path.resolve("node_modules/.cache/orchestral");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(path.join(cache, "worker-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  beforeAll(async () => {
    await bundle(path.resolve("."), "tests/database/killed-erasure-worker.ts", folder, {
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
    // Rows enough that a rewrite can be interrupted.
    const { userId } = await newPerson();
    await sql(
      `insert into data_keys (id, owner_kind, owner_id, state, wrapped)
       select md5(n::text), 'user', $1 || n, 'active', 'orcw1.k2.' || repeat(md5(n::text), 4) from generate_series(1, 20000) n`,
      [userId],
    );
  });

  const contents = `select md5(string_agg(id || wrapped, ',' order by id)) as whole, count(*)::int as n
    from data_keys where wrapped like 'orcw1.k2.%'`;

  // At once, before it could erase anything; and while it does.
  test.each([0, 15, 60, 150])(
    "%i ms into the erasure has lost nothing, and the next start erases",
    async (afterMs) => {
      const { userId } = await newPerson();
      const sealed = `orc2.0123456789abcdef.${randomBytes(90).toString("base64url")}`;
      await sql(
        `insert into user_ai_api_keys (user_id, provider, api_key, last4, fingerprint, seal_purpose)
       values ($1, 'anthropic', $2, '', '', 'anthropic')`,
        [userId, sealed],
      );
      const before = await sql(contents);
      await closeDatabase();
      const child = spawn(process.execPath, [path.join(folder, "main.js")], {
        env: {
          ...process.env,
          STATEMENTS: JSON.stringify([`delete from user_ai_api_keys where user_id = '${userId}'`]),
          KILL_AFTER_MS: String(afterMs),
        },
        stdio: "inherit",
      });
      expect((await once(child, "exit"))[1]).toBe("SIGKILL");
      expect(await sql(contents)).toEqual(before);
      expect(await sql("select 1 from user_ai_api_keys where user_id = $1", [userId])).toEqual([]);
      expect(foundInFiles([sealed])).toEqual([]);
      // The copy a rewrite was making, which no table names.
      expect(await filesOfNoTable()).toEqual([]);
    },
  );
});

import { readFileSync } from "node:fs";
import { getTableName, is, sql } from "drizzle-orm";
import { getTableConfig, PgTable } from "drizzle-orm/pg-core";
import { describe, expect, test } from "vitest";
import { personAsOwner } from "@/contracts/owner";
import { storeAdminKey } from "@/domain/keys/sources/admin/store-admin-key";
import { saveStoredKey } from "@/domain/keys/sources/stored/save-stored-key";
import { addWebhook } from "@/domain/notifications/webhooks/add-webhook";
import { createProject } from "@/domain/projects/create-project";
import { saveProjectSecret } from "@/domain/projects/secrets/save-project-secret";
import { keyEncryptionKeys } from "@/domain/vault/data-keys/key-encryption-keys";
import { columnName } from "@/domain/vault/sealing/column-sql";
import { sealDocument, sealText } from "@/domain/vault/sealing/seal-text";
import {
  API_KEYS,
  FOREIGN_ENCRYPTED_COLUMNS,
  PROJECT_SECRETS,
  SEALED_COLUMNS,
} from "@/domain/vault/sealing/sealed-columns";
import { database } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";
import * as schema from "@/lib/db/schema";
import { createDataKey } from "@/lib/encryption";
import { useDatabase } from "./use-database";

useDatabase("embedded");

const tables = Object.values(schema).filter((item) => is(item, PgTable));

/** Columns of the whole database in which any row holds something sealed or wrapped. */
async function columnsWithSealedValues(): Promise<string[]> {
  const db = await database();
  const columns = await rowsOf<{ table_name: string; column_name: string }>(
    db,
    sql`select table_name, column_name from information_schema.columns where table_schema = 'public'
      and data_type in ('text', 'jsonb', 'json', 'character varying', 'bytea')`,
  );
  const found: string[] = [];
  for (const { table_name: table, column_name: column } of columns) {
    const [row] = await rowsOf(
      db,
      sql`select 1 from ${sql.identifier(table)} where ${sql.identifier(column)}::text ~ 'orcw?[0-9]+\\.[a-z0-9_-]+\\.' limit 1`,
    );
    if (row) found.push(`${table}.${column}`);
  }
  return found.toSorted();
}

describe("the registry of sealed columns", () => {
  test("names every column of the database that holds a sealed value, and no other", async () => {
    const db = await database();
    await db.insert(schema.userTable).values({ id: "ada", name: "Ada", email: "ada@example.com" });
    const project = await createProject({ userId: "ada" }, { name: "P" });
    await saveStoredKey(
      { userId: "ada" },
      { provider: "anthropic", apiKey: "sk-ant-api03-0123456789abcdef" },
    );
    await saveProjectSecret({ userId: "ada" }, project.id, { name: "TOKEN", value: "hunter2" });
    await addWebhook(
      { userId: "ada" },
      { address: "https://receiver.example.com/", kinds: [], owner: "person" },
    );
    await storeAdminKey(
      { userId: "ada" },
      personAsOwner("ada"),
      { provider: "openai", apiKey: "sk-admin-0123456789abcdef" },
      async () => {},
    );
    expect(await columnsWithSealedValues()).toEqual(
      [...SEALED_COLUMNS.map(columnName), "data_keys.wrapped"].toSorted(),
    );
  });

  test("holds every sealed column the code can seal into", () => {
    const text = readFileSync("src/domain/vault/sealing/sealed-columns.ts", "utf8");
    const declared = [...text.matchAll(/^export const ([A-Z_]+): SealedColumn = /gm)].map(([, name]) => name);
    const [, listed = ""] = /SEALED_COLUMNS: readonly SealedColumn\[\] = \[([^\]]*)\]/.exec(text) ?? [];
    expect(declared.length).toBeGreaterThan(1);
    expect([...listed.matchAll(/\w+/g)].map(([name]) => name)).toEqual(declared);
  });

  test.each(SEALED_COLUMNS)("$table.$column is described as it is", (column) => {
    const table = tables.find((each) => getTableName(each) === column.table);
    if (!table) throw new Error("no such table");
    const { columns, uniqueConstraints } = getTableConfig(table);
    const typeOf = (name: string) => columns.find((each) => each.name === name)?.getSQLType();
    expect(typeOf(column.owner)).toBe(column.ownerType);
    expect(typeOf(column.column)).toBe(column.path ? "jsonb" : "text");
    expect(typeOf("id")).toBe("uuid");
    expect(typeOf("unreadable_since")).toMatch(/timestamp/);
    // One value per owner and purpose: else two values would share their additional authenticated data.
    expect(uniqueConstraints.map((each) => each.columns.map(({ name }) => name))).toContainEqual([
      column.owner,
      column.purpose,
    ]);
  });

  test.each(FOREIGN_ENCRYPTED_COLUMNS)(
    "$table.$column, which Better Auth encrypts, is there and no entry of ours",
    (foreign) => {
      const table = tables.find((each) => getTableName(each) === foreign.table);
      if (!table) throw new Error("no such table");
      expect(getTableConfig(table).columns.map(({ name }) => name)).toContain(foreign.column);
      expect(SEALED_COLUMNS.map(columnName)).not.toContain(`${foreign.table}.${foreign.column}`);
    },
  );

  test("nothing is sealed into a column that is no entry of it, not even one that looks the same", async () => {
    const { dataKey } = await createDataKey(
      { ownerKind: "user", ownerId: "ada" },
      keyEncryptionKeys().current,
    );
    const place = { owner: "ada", purpose: "anthropic" };
    expect(() => sealText({ ...API_KEYS }, place, "text", dataKey)).toThrow(TypeError);
    expect(() => sealDocument({ ...PROJECT_SECRETS }, place, { text: "text" }, dataKey)).toThrow(TypeError);
    expect(sealText(API_KEYS, place, "text", dataKey)).toMatch(/^orc2\./);
  });

  test("a project secret that has the form of a sealed value is refused with a sentence", async () => {
    const project = await createProject({ userId: "ada" }, { name: "P" });
    const { dataKey } = await createDataKey(
      { ownerKind: "user", ownerId: "ada" },
      keyEncryptionKeys().current,
    );
    const value = sealText(API_KEYS, { owner: "ada", purpose: "anthropic" }, "text", dataKey);
    await expect(
      saveProjectSecret({ userId: "ada" }, project.id, { name: "S", value }),
    ).rejects.toMatchObject({
      code: "invalid_request",
      status: 400,
    });
  });
});

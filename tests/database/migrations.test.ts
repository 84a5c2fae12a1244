import { PGlite } from "@electric-sql/pglite";
import { generateDrizzleJson, generateMigration } from "drizzle-kit/api";
import { Pool } from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { migrateDatabase } from "@/lib/db/migrate";
import * as schema from "@/lib/db/schema";
import { createDatabase } from "../support/real-postgres";

type Query = (text: string) => Promise<{ rows: unknown[] }>;

let pool: Pool;
let embedded: PGlite;
beforeAll(async () => {
  pool = new Pool({ connectionString: await createDatabase(inject("postgresUrl")) });
  embedded = await PGlite.create();
});
afterAll(async () => {
  await pool.end();
  await embedded.close();
});

/** Everything in the public schema that a query can see, in an order that does not depend on history. */
async function describeSchema(query: Query): Promise<Record<string, unknown[]>> {
  const columns =
    await query(`select table_name, column_name, data_type, udt_name, is_nullable, column_default
    from information_schema.columns where table_schema = 'public' order by 1, 2`);
  const indexes = await query(
    `select tablename, indexdef from pg_indexes where schemaname = 'public' order by 1, 2`,
  );
  const constraints =
    await query(`select conrelid::regclass::text as on_table, pg_get_constraintdef(oid) as definition
    from pg_constraint where connamespace = 'public'::regnamespace and contype in ('f', 'u', 'p') order by 1, 2`);
  const values = await query(
    `select enumtypid::regtype::text as type, enumlabel from pg_enum order by 1, enumsortorder`,
  );
  return { columns: columns.rows, indexes: indexes.rows, constraints: constraints.rows, values: values.rows };
}

test("the migrations make the same schema on the embedded database and on Postgres", async () => {
  await migrateDatabase(embedded);
  await migrateDatabase(pool);
  const ofEmbedded = await describeSchema((text) => embedded.query(text));
  const ofPostgres = await describeSchema((text) => pool.query(text));
  expect(ofEmbedded["columns"]?.length).toBeGreaterThan(60);
  expect(ofEmbedded).toEqual(ofPostgres);
});

test("the migrations make exactly the schema the code describes", async () => {
  const fresh = new Pool({ connectionString: await createDatabase(inject("postgresUrl")), max: 1 });
  const statements = await generateMigration(generateDrizzleJson({}), generateDrizzleJson(schema));
  for (const statement of statements) await fresh.query(statement);
  const described = await describeSchema((text) => fresh.query(text));
  const migrated = await describeSchema((text) => pool.query(text));
  await fresh.end();
  expect(migrated).toEqual(described);
});

test("a second start applies nothing", async () => {
  const count = async () =>
    Number(
      ((await pool.query("select count(*) from drizzle.__drizzle_migrations")).rows[0] as { count: string })
        .count,
    );
  const before = await count();
  expect(before).toBeGreaterThan(8);
  await migrateDatabase(pool);
  expect(await count()).toBe(before);
});

test("three servers starting at once on one empty Postgres migrate it once", async () => {
  const connectionString = await createDatabase(inject("postgresUrl"));
  const pools = [1, 2, 3].map(() => new Pool({ connectionString }));
  await Promise.all(pools.map((each) => migrateDatabase(each)));
  const applied = await pools[0]?.query(
    "select hash, count(*) from drizzle.__drizzle_migrations group by hash having count(*) > 1",
  );
  expect(applied?.rows).toEqual([]);
  await Promise.all(pools.map((each) => each.end()));
});

test("the table of brought keys comes in migration 0008, after the tables it needs", async () => {
  const { readdirSync, readFileSync } = await import("node:fs");
  const files = readdirSync("migrations")
    .filter((name) => name.endsWith(".sql"))
    .toSorted();
  expect(files[8]).toBe("0008_add_user_ai_api_keys.sql");
  const journal = JSON.parse(readFileSync("migrations/meta/_journal.json", "utf8")) as {
    entries: { idx: number; tag: string; when: number }[];
  };
  expect(journal.entries.map((entry) => `${entry.tag}.sql`)).toEqual(files);
  expect(journal.entries.map((entry) => entry.idx)).toEqual(files.map((_, index) => index));
  const times = journal.entries.map((entry) => entry.when);
  expect(times).toEqual(times.toSorted((left, right) => left - right));
});

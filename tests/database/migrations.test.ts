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

test("an installation with projects gets the counts of what they hold", async () => {
  const installation = await PGlite.create();
  const { readdirSync, readFileSync } = await import("node:fs");
  const files = readdirSync("migrations").filter((name) => name.endsWith(".sql"));
  const [before, after] = [files.filter((name) => name < "0024"), files.filter((name) => name >= "0024")];
  const apply = async (names: string[]) => {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    for (const name of names.toSorted()) await installation.exec(readFileSync(`migrations/${name}`, "utf8"));
  };
  await apply(before);
  await installation.exec(`
    insert into "user" (id, name, email) values ('ada', 'Ada', 'ada@example.com');
    insert into projects (id, user_id, name) values ('00000000-0000-4000-8000-000000000001', 'ada', 'P');
    insert into project_files (project_id, path, content, size)
      select id, 'file-' || n, 'äb', 3 from projects, generate_series(1, 4) n;
    insert into threads (id, project_id, title) select gen_random_uuid(), id, 'T' from projects, generate_series(1, 2);
    insert into messages (thread_id, id, role, parts) select id, n::text, 'user', '["ä"]' from threads, generate_series(1, 3) n`);
  await apply(after);
  const { rows } = await installation.query(`
    select p.file_bytes, p.message_bytes, t.message_count, t.message_bytes as thread_bytes, t.public_id
    from projects p join threads t on t.project_id = p.id`);
  const thread = { message_count: 3, thread_bytes: 18, public_id: null };
  expect(rows).toEqual([
    { file_bytes: 12, message_bytes: 36, ...thread },
    { file_bytes: 12, message_bytes: 36, ...thread },
  ]);
  await installation.close();
});

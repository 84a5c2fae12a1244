import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { migrateDatabase } from "@/lib/db/migrate";
import { contentHash } from "../../scripts/lib/content-hash";

/**
 * Folder of an embedded database with the migrations and no rows, for copies. Created once per state of the
 * migrations: PGlite takes seconds to create its first files.
 */
export async function embeddedTemplate(): Promise<string> {
  const inputs = [
    "migrations/**/*",
    "src/lib/db/migrate.ts",
    "node_modules/@electric-sql/pglite/package.json",
  ];
  const folder = path.resolve("node_modules/.cache/orchestral/embedded", contentHash(".", inputs));
  if (existsSync(folder)) return folder;
  mkdirSync(path.dirname(folder), { recursive: true });
  const draft = mkdtempSync(`${folder}-`);
  const embedded = await PGlite.create(draft);
  await migrateDatabase(embedded);
  // There is nothing to erase: each test file would do it when it opens its copy.
  await embedded.query("update vault_state set erased_through = (select last_value from freed_secrets)");
  await embedded.close();
  try {
    renameSync(draft, folder);
  } catch (error) {
    // Another run may have created it in the meantime.
    if (!existsSync(folder)) throw error;
    rmSync(draft, { recursive: true });
  }
  return folder;
}

/**
 * Fills the DATA_DIR of a server that is not there yet, which spares its first start four seconds of
 * processor time. A server that makes its own database is in tests/http/canary.test.ts.
 */
export async function seedDataDir(dataDir: string): Promise<void> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  cpSync(await embeddedTemplate(), path.join(dataDir, "pglite"), { recursive: true });
}

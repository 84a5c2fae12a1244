import { randomBytes } from "node:crypto";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, inject } from "vitest";
import { closeDatabase } from "@/lib/db/client";
import { createDatabase } from "../support/real-postgres";

export type DatabaseKind = "embedded" | "postgres";

/**
 * Connects `database()` of this test file to its own database of the given kind, as the product does at
 * startup. It is a copy of one that has the migrations and no rows (serve-databases.ts). One kind per file:
 * the environment is read once per process, and each test file has its own process state.
 */
export function useDatabase(kind: DatabaseKind): void {
  let folder = "";
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "orchestral-db-"));
    Object.assign(process.env, {
      APP_URL: "http://127.0.0.1:3000",
      BETTER_AUTH_SECRET: randomBytes(32).toString("hex"),
      ENCRYPTION_KEYS: `k1:${randomBytes(32).toString("hex")}`,
      DATA_DIR: folder,
    });
    delete process.env["ENCRYPTION_KEY"];
    delete process.env["DATABASE_URL"];
    if (kind === "postgres") {
      process.env["DATABASE_URL"] = await createDatabase(inject("postgresUrl"), inject("migratedTemplate"));
    } else {
      cpSync(inject("embeddedTemplate"), path.join(folder, "pglite"), { recursive: true });
    }
  });
  afterAll(async () => {
    await closeDatabase();
    rmSync(folder, { recursive: true, force: true });
  });
}

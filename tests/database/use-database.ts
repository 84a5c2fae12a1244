import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll } from "vitest";
import { closeDatabase } from "@/lib/db/client";
import { type RealPostgres, startRealPostgres } from "../support/real-postgres";

export type DatabaseKind = "embedded" | "postgres";

/**
 * Connects `database()` of this test file to an empty database of the given kind, as the product does at its start.
 * One kind a file: the environment is read once per process, and a test file has a process state of its own.
 */
export function useDatabase(kind: DatabaseKind): void {
  let postgres: RealPostgres | undefined;
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
      postgres = await startRealPostgres();
      process.env["DATABASE_URL"] = await postgres.createDatabase();
    }
  });
  afterAll(async () => {
    await closeDatabase();
    await postgres?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
}

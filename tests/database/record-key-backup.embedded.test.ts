import { mkdirSync, readdirSync, renameSync } from "node:fs";
import path from "node:path";
import { like } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { closeDatabase, database } from "@/lib/db/client";
import { auditEventsTable } from "@/lib/db/schema";
import { backup, parseBackupArguments } from "../../scripts/vault/backup";
import { parseRecoverArguments, recover } from "../../scripts/vault/recover";
import { useDatabase } from "./use-database";

useDatabase("embedded");

const root = () => process.env["DATA_DIR"] ?? "";
const printed = () => vi.mocked(console.log).mock.calls.join("\n");

async function recorded() {
  const db = await database();
  return db
    .select()
    .from(auditEventsTable)
    .where(like(auditEventsTable.action, "key_backup.%"))
    .orderBy(auditEventsTable.at);
}

describe("a record of key shares", () => {
  beforeEach(() => {
    vi.spyOn(console, "log").mockImplementation(() => undefined);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test("is not written where there is no database, and no database is created", async () => {
    const aside = `${root()}-aside`;
    renameSync(path.join(root(), "pglite"), aside);
    expect(await backup(root(), parseBackupArguments(["--out", "none"]))).toBe(0);
    expect(printed()).toMatch(/Not recorded.*there is no database here/);
    expect(readdirSync(root())).toEqual(["none"]);
    renameSync(aside, path.join(root(), "pglite"));
  });

  test("is written when they are made and when they are checked, and contains no share", async () => {
    await database();
    await closeDatabase();
    expect(await backup(root(), parseBackupArguments(["--out", "made"]))).toBe(0);
    expect(await recover(root(), parseRecoverArguments(["--from", "made"]))).toBe(0);
    expect(printed()).not.toContain("Not recorded");
    expect(await recorded()).toMatchObject([
      {
        action: "key_backup.made",
        actorId: "system:operator",
        detail: { keys: ["k1"], shares: 5, threshold: 3 },
      },
      { action: "key_backup.checked", actorId: "system:operator", detail: { keys: ["k1"] } },
    ]);
  });

  test("while another process has the embedded database open the shares are made, and the console says that this is not recorded", async () => {
    const before = await recorded();
    mkdirSync(path.join(root(), "busy"));
    expect(await backup(root(), parseBackupArguments(["--out", "busy"]))).toBe(0);
    expect(readdirSync(path.join(root(), "busy"))).toHaveLength(5);
    expect(printed()).toMatch(/Not recorded.*The embedded database is open in process/);
    expect(await recorded()).toEqual(before);
  });
});

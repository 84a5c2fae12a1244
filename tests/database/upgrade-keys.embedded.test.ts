import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { drizzle } from "drizzle-orm/pglite";
import { migrate } from "drizzle-orm/pglite/migrator";
import { expect, test } from "vitest";
import { listKeys } from "@/domain/keys/list-keys";
import { addStoredKey } from "@/domain/keys/sources/stored/add-stored-key";
import { openStoredKey } from "@/domain/keys/sources/stored/open-stored-key";
import { replaceStoredKey } from "@/domain/keys/sources/stored/replace-stored-key";
import { keyEncryptionKeys } from "@/domain/vault/data-keys/key-encryption-keys";
import { runKeyRotation } from "@/domain/vault/rotation/run-key-rotation";
import { startKeyRotation } from "@/domain/vault/rotation/start-key-rotation";
import { database } from "@/lib/db/client";
import { usageEventsTable } from "@/lib/db/schema";
import { createDataKey, encrypt, sealWithDataKey } from "@/lib/encryption";
import { useDatabase } from "./use-database";

useDatabase("embedded");

const ADA = { userId: "ada" };
const KEYS = {
  anthropic: "sk-ant-api03-saved-before-there-were-several-AAAA",
  openai: "sk-proj-saved-before-there-were-several-BBBB",
};

/** The migrations before this one, in a separate folder. */
function migrationsBefore(tag: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), "orchestral-migrations-"));
  cpSync("migrations", folder, { recursive: true });
  const journalFile = path.join(folder, "meta", "_journal.json");
  const journal = JSON.parse(readFileSync(journalFile, "utf8")) as { entries: { tag: string }[] };
  const index = journal.entries.findIndex((entry) => entry.tag === tag);
  if (index === -1) throw new Error(`no migration ${tag}`);
  writeFileSync(journalFile, JSON.stringify({ ...journal, entries: journal.entries.slice(0, index) }));
  return folder;
}

/** A database as the previous release left it, with a key under a data key and one in an earlier format. */
async function leaveEarlierDatabase(dataDir: string): Promise<void> {
  const folder = path.join(dataDir, "pglite");
  mkdirSync(folder, { recursive: true });
  const earlier = await PGlite.create(folder);
  const migrationsFolder = migrationsBefore("0017_add_several_keys");
  await migrate(drizzle(earlier), { migrationsFolder });
  rmSync(migrationsFolder, { recursive: true });
  await earlier.query(`insert into "user" (id, name, email) values ($1, 'Ada', 'ada@example.com')`, [
    ADA.userId,
  ]);
  const owner = { ownerKind: "user", ownerId: ADA.userId } as const;
  const { dataKey, wrapped } = await createDataKey(owner, keyEncryptionKeys().current);
  await earlier.query(
    "insert into data_keys (id, owner_kind, owner_id, wrapped, seals) values ($1, 'user', $2, $3, 1)",
    [dataKey.id, ADA.userId, wrapped],
  );
  const context = { table: "user_ai_api_keys", column: "api_key", owner: ADA.userId };
  const rows = [
    ["anthropic", sealWithDataKey(KEYS.anthropic, { ...context, purpose: "anthropic" }, dataKey)],
    ["openai", encrypt(KEYS.openai, { ...context, purpose: "openai" })],
  ];
  for (const row of rows) {
    await earlier.query(
      "insert into user_ai_api_keys (user_id, provider, api_key, last4, fingerprint) values ($1, $2, $3, 'AAAA', 'x')",
      [ADA.userId, ...row],
    );
  }
  await earlier.query(
    "insert into usage_events (user_id, key_provider, provider, model, outcome, duration_ms) values ($1, 'personal', 'anthropic', 'claude-haiku-4-5', 'completed', 5)",
    [ADA.userId],
  );
  await earlier.close();
}

async function opened(provider: keyof typeof KEYS): Promise<string> {
  const result = await openStoredKey(ADA, { provider });
  return result.status === "ok" ? result.key.reveal() : result.status;
}

test("keys of the previous release open, are the defaults, can be added to, replaced and rotated", async () => {
  await leaveEarlierDatabase(process.env["DATA_DIR"] ?? "");
  expect([await opened("anthropic"), await opened("openai")]).toEqual(Object.values(KEYS));
  const keys = await listKeys(ADA);
  expect(keys).toMatchObject([
    { provider: "anthropic", label: "Anthropic key", isDefault: true, disabled: false, health: null },
    { provider: "openai", label: "OpenAI key", isDefault: true },
  ]);
  expect(await (await database()).select().from(usageEventsTable)).toMatchObject([
    { provider: "anthropic", keyId: null, price: null },
  ]);

  await addStoredKey(ADA, { provider: "anthropic", apiKey: `${KEYS.anthropic}-2`, label: "Second" });
  await replaceStoredKey(ADA, keys[1]?.id ?? "", { apiKey: `${KEYS.openai}-2`, keepPreviousHours: 1 });
  const { id } = await startKeyRotation({ system: "operator" }, { kind: "data_keys", dryRun: false });
  expect(await runKeyRotation(id, { worker: "test" })).toBe("finished");
  expect([await opened("anthropic"), await opened("openai")]).toEqual([KEYS.anthropic, `${KEYS.openai}-2`]);
});

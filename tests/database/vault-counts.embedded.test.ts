import { randomBytes } from "node:crypto";
import { sql } from "drizzle-orm";
import { beforeEach, expect, test } from "vitest";
import { saveStoredKey } from "@/domain/keys/sources/stored/save-stored-key";
import { refreshVaultCounts } from "@/domain/vault/counts/vault-counts";
import { retireKeyEncryptionKey } from "@/domain/vault/rotation/retire-key-encryption-key";
import { runKeyRotation } from "@/domain/vault/rotation/run-key-rotation";
import { startKeyRotation } from "@/domain/vault/rotation/start-key-rotation";
import { vaultStatus } from "@/domain/vault/vault-status";
import { database } from "@/lib/db/client";
import { dataKeysTable, userTable, vaultCountsTable } from "@/lib/db/schema";
import { useDatabase } from "./use-database";

useDatabase("embedded");

const OPERATOR = { system: "operator" } as const;
/** More than is counted on each request. */
const MANY = 20_000;

const hex = new Map(["k1", "k2"].map((id) => [id, randomBytes(32).toString("hex")]));

function setRing(...ids: string[]): void {
  process.env["ENCRYPTION_KEYS"] = ids.map((id) => `${id}:${hex.get(id) ?? ""}`).join(",");
}

beforeEach(async () => {
  setRing("k1");
  const db = await database();
  await db.delete(userTable);
  await db.delete(dataKeysTable);
  await db.delete(vaultCountsTable);
  await db.execute(sql`insert into data_keys (id, owner_kind, owner_id, state, destroyed_at)
    select 'destroyed-' || n, 'user', 'gone', 'destroyed', now() from generate_series(1, ${MANY}) n`);
});

async function savedKey(userId: string): Promise<void> {
  const db = await database();
  await db.insert(userTable).values({ id: userId, name: "P", email: `${userId}@example.com` });
  await saveStoredKey({ userId }, { provider: "anthropic", apiKey: "sk-ant-api03-vault-counts-0123456789" });
}

async function shown() {
  const { countedAt, columns, dataKeys } = await vaultStatus();
  return { countedAt, values: columns[0]?.total, active: dataKeys.active };
}

async function ofK1() {
  return (await vaultStatus()).keyEncryptionKeys.find((key) => key.id === "k1");
}

test("a small vault is counted on each request, a large one in the background, with the time of the count", async () => {
  expect(await shown()).toEqual({ countedAt: null, values: 0, active: 0 });
  await savedKey("ada");
  const counted = await shown();
  expect(counted).toEqual({ countedAt: expect.any(String), values: 1, active: 1 });
  await savedKey("bob");
  expect(await shown()).toEqual(counted);
  // Too soon.
  await refreshVaultCounts(false);
  expect(await shown()).toEqual(counted);
  const db = await database();
  await db.update(vaultCountsTable).set({ countedAt: sql`now() - interval '1 minute'` });
  await refreshVaultCounts(false);
  expect(await shown()).toMatchObject({ values: 2, active: 2 });
});

test("once it is small again, nothing old is shown", async () => {
  await savedKey("ada");
  await vaultStatus();
  const db = await database();
  await db.delete(dataKeysTable).where(sql`state = 'destroyed'`);
  await refreshVaultCounts(true);
  expect(await shown()).toEqual({ countedAt: null, values: 1, active: 1 });
});

test("after a rotation a large vault is recounted, and retiring a key does its own count", async () => {
  await savedKey("ada");
  setRing("k2", "k1");
  await vaultStatus();
  await savedKey("bob");
  const { id } = await startKeyRotation(OPERATOR, { kind: "key_encryption_key", dryRun: false });
  expect(await runKeyRotation(id, { worker: "counts" })).toBe("finished");
  expect(await ofK1()).toMatchObject({ dataKeys: 0, values: 0 });
  // Wrapped by a server with the old configuration, and not counted yet.
  setRing("k1", "k2");
  await savedKey("carol");
  setRing("k2", "k1");
  expect(await ofK1()).toMatchObject({ dataKeys: 0, values: 0 });
  await expect(retireKeyEncryptionKey(OPERATOR, "k1")).rejects.toThrow("still needed by 1 data keys");
});

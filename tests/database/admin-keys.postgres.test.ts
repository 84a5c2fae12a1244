import { eq, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { INSTALLATION, type Owner, personAsOwner } from "@/contracts/owner";
import { openAdminKey } from "@/domain/keys/sources/admin/open-admin-key";
import { recheckUnreadableAdminKeys } from "@/domain/keys/sources/admin/recheck-unreadable-admin-keys";
import { storeAdminKey } from "@/domain/keys/sources/admin/store-admin-key";
import { runKeyRotation } from "@/domain/vault/rotation/run-key-rotation";
import { startKeyRotation } from "@/domain/vault/rotation/start-key-rotation";
import { deleteAccount } from "@/lib/auth/delete-account";
import { database } from "@/lib/db/client";
import { adminKeysTable, dataKeysTable, userTable } from "@/lib/db/schema";
import { useDatabase } from "./use-database";

useDatabase("postgres");

const OPERATOR = { system: "operator" } as const;
const KEYS = { person: "sk-admin-of-a-person-0123456789", installation: "sk-admin-of-all-0123456789" };
const ADA = personAsOwner("ada");

async function storeBoth(): Promise<void> {
  const db = await database();
  await db
    .insert(userTable)
    .values({ id: "ada", name: "Ada", email: "ada@example.com" })
    .onConflictDoNothing();
  for (const owner of [ADA, INSTALLATION]) {
    await storeAdminKey(OPERATOR, owner, { provider: "openai", apiKey: KEYS[owner.kind] }, async () => {});
  }
}

const opened = async (owner: Owner) => (await openAdminKey(owner, "openai")).reveal();

/** The data keys of admin keys, by state. */
async function dataKeys(): Promise<{ ownerId: string; state: string }[]> {
  const db = await database();
  return db
    .select({ ownerId: dataKeysTable.ownerId, state: dataKeysTable.state })
    .from(dataKeysTable)
    .where(eq(dataKeysTable.ownerKind, "reconcile"))
    .orderBy(dataKeysTable.ownerId, dataKeysTable.createdAt);
}

test("a rotation seals admin keys anew under new data keys, and the old ones are destroyed", async () => {
  await storeBoth();
  const { id } = await startKeyRotation(OPERATOR, { kind: "data_keys", dryRun: false });
  await runKeyRotation(id, { worker: "w", batchRows: 200 });
  expect([await opened(ADA), await opened(INSTALLATION)]).toEqual([KEYS.person, KEYS.installation]);
  expect(await dataKeys()).toEqual([
    { ownerId: "installation:installation", state: "destroyed" },
    { ownerId: "installation:installation", state: "active" },
    { ownerId: "person:ada", state: "destroyed" },
    { ownerId: "person:ada", state: "active" },
  ]);
});

test("a server of before, which does not know the column, destroys no data key that is needed", async () => {
  await storeBoth();
  const db = await database();
  await db.execute(sql`update data_keys set state = 'destroyed', wrapped = null, destroyed_at = now()
    where owner_kind = 'reconcile' and state = 'active'`);
  expect([await opened(ADA), await opened(INSTALLATION)]).toEqual([KEYS.person, KEYS.installation]);
});

test("copied to another owner or provider a key does not open, is marked, and opens again once it is right", async () => {
  await storeBoth();
  const db = await database();
  const ofAda = eq(adminKeysTable.ownerId, "ada");
  const [right] = await db.select().from(adminKeysTable).where(ofAda);
  const [other] = await db.select().from(adminKeysTable).where(eq(adminKeysTable.ownerKind, "installation"));
  if (!right || !other) throw new Error("not stored");
  for (const wrong of [
    { sealedKey: other.sealedKey },
    { sealedKey: other.sealedKey, sealPurpose: other.sealPurpose },
  ]) {
    await db.update(adminKeysTable).set(wrong).where(ofAda);
    await expect(opened(ADA)).rejects.toMatchObject({ code: "personal_key_unreadable" });
  }
  await db
    .update(adminKeysTable)
    .set({ sealPurpose: `anthropic:${right.sealPurpose}` })
    .where(ofAda);
  await expect(opened(ADA)).rejects.toMatchObject({ code: "personal_key_unreadable" });
  const { sealedKey, sealPurpose } = right;
  await db.update(adminKeysTable).set({ sealedKey, sealPurpose }).where(ofAda);
  const isMarked = async () =>
    (await db.select().from(adminKeysTable).where(ofAda))[0]?.unreadableSince !== null;
  expect(await isMarked()).toBe(true);
  await recheckUnreadableAdminKeys();
  expect(await isMarked()).toBe(false);
  expect(await opened(ADA)).toBe(KEYS.person);
});

test("a suspended person's key is not used; a deleted one's goes with its data keys, and the installation's stays", async () => {
  await storeBoth();
  const db = await database();
  await db.update(userTable).set({ suspendedAt: new Date() }).where(eq(userTable.id, "ada"));
  await expect(opened(ADA)).rejects.toMatchObject({ code: "account_suspended" });
  await deleteAccount(db, "ada");
  await expect(opened(ADA)).rejects.toMatchObject({ code: "not_found" });
  const left = (await dataKeys()).filter(({ state }) => state !== "destroyed");
  expect(left).toEqual([{ ownerId: "installation:installation", state: "active" }]);
  expect(await opened(INSTALLATION)).toBe(KEYS.installation);
  await expect(
    storeAdminKey(OPERATOR, ADA, { provider: "openai", apiKey: KEYS.person }, async () => {}),
  ).rejects.toMatchObject({ code: "not_found" });
});

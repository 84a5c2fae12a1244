import { randomBytes } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openStoredKey } from "@/domain/keys/sources/stored/open-stored-key";
import { saveStoredKey } from "@/domain/keys/sources/stored/save-stored-key";
import { listKeyRotations } from "@/domain/vault/rotation/list-key-rotations";
import {
  retireKeyEncryptionKey,
  useOfKeyEncryptionKey,
} from "@/domain/vault/rotation/retire-key-encryption-key";
import { runKeyRotation } from "@/domain/vault/rotation/run-key-rotation";
import { startKeyRotation } from "@/domain/vault/rotation/start-key-rotation";
import { database } from "@/lib/db/client";
import {
  dataKeysTable,
  keyRotationsTable,
  retiredKeyEncryptionKeysTable,
  userAiApiKeysTable,
  userTable,
} from "@/lib/db/schema";

const OPERATOR = { system: "operator" } as const;
const ROTATE = { kind: "key_encryption_key", dryRun: false } as const;
const KEY = "sk-ant-api03-retired-battery-0123456789";

const hex = new Map(["k1", "k2"].map((id) => [id, randomBytes(32).toString("hex")]));
function setRing(...ids: string[]): void {
  process.env["ENCRYPTION_KEYS"] = ids.map((id) => `${id}:${hex.get(id) ?? ""}`).join(",");
}

async function newPerson(): Promise<{ userId: string }> {
  const userId = `person-${randomBytes(8).toString("hex")}`;
  const db = await database();
  await db.insert(userTable).values({ id: userId, name: "P", email: `${userId}@example.com` });
  return { userId };
}

async function dataKeysOf({ userId }: { userId: string }) {
  const db = await database();
  return db.select().from(dataKeysTable).where(eq(dataKeysTable.ownerId, userId));
}

/**
 * Rules for a retired key-encryption key. Only on Postgres: the same trigger enforces them on both.
 */
export function retiredKeyBattery(): void {
  describe("a retired key-encryption key", () => {
    let ada: { userId: string };
    beforeEach(async () => {
      setRing("k1");
      ada = await newPerson();
      await saveStoredKey(ada, { provider: "anthropic", apiKey: KEY });
      setRing("k2", "k1");
      const { id } = await startKeyRotation(OPERATOR, ROTATE);
      expect(await runKeyRotation(id, { worker: "w" })).toBe("finished");
    });
    afterEach(async () => {
      const db = await database();
      await db.delete(keyRotationsTable);
      await db.delete(retiredKeyEncryptionKeysTable);
      await db.delete(userTable);
      await db.delete(dataKeysTable);
      delete process.env["KEY_ENCRYPTION_KEYS"];
    });

    test("takes no new value on a server that still runs with it, and what was saved before is not lost", async () => {
      await retireKeyEncryptionKey(OPERATOR, "k1");
      setRing("k1");
      const bob = await newPerson();
      for (const person of [bob, ada]) {
        await expect(saveStoredKey(person, { provider: "openai", apiKey: KEY })).rejects.toMatchObject({
          code: "conflict",
          message: expect.stringContaining("Restart it with the current configuration"),
        });
      }
      expect(await dataKeysOf(bob)).toEqual([]);
      expect(await dataKeysOf(ada)).toMatchObject([{ state: "active", keyEncryptionKeyId: "k2" }]);
      setRing("k2");
      expect(await openStoredKey(ada, { provider: "anthropic" })).toMatchObject({ status: "ok" });
      await saveStoredKey(bob, { provider: "openai", apiKey: KEY });
      expect(await openStoredKey(bob, { provider: "openai" })).toMatchObject({ status: "ok" });
    });

    test("starts no rotation to itself", async () => {
      await retireKeyEncryptionKey(OPERATOR, "k1");
      setRing("k1");
      await expect(startKeyRotation(OPERATOR, ROTATE)).rejects.toMatchObject({ code: "conflict" });
      const db = await database();
      expect(await db.select().from(keyRotationsTable).where(eq(keyRotationsTable.state, "running"))).toEqual(
        [],
      );
    });

    test("keeps a rotation to it waiting, with the reason", async () => {
      setRing("k1", "k2");
      const { id } = await startKeyRotation(OPERATOR, ROTATE);
      const db = await database();
      await db.insert(retiredKeyEncryptionKeysTable).values({ id: "k1", retiredBy: "system:operator" });
      expect(await runKeyRotation(id, { worker: "w" })).toBe("waiting");
      const [rotation] = await listKeyRotations();
      expect(rotation).toMatchObject({ state: "running" });
      expect(rotation?.lastError).toMatch(/has been retired/);
      expect(await dataKeysOf(ada)).toMatchObject([{ keyEncryptionKeyId: "k2" }]);
    });

    test("is refused while anything needs it: values that name no key need those of the environment alone", async () => {
      const db = await database();
      await db
        .update(userAiApiKeysTable)
        .set({ apiKey: randomBytes(60).toString("base64") })
        .where(eq(userAiApiKeysTable.userId, ada.userId));
      await expect(retireKeyEncryptionKey(OPERATOR, "k1")).rejects.toMatchObject({ code: "conflict" });
      process.env["VAULT_TOKEN"] = "a-token";
      process.env["KEY_ENCRYPTION_KEYS"] = "env,old=vault-transit:http://127.0.0.1:1/transit/key";
      expect(await useOfKeyEncryptionKey(db, "k2")).toMatchObject({ values: 1 });
      expect(await useOfKeyEncryptionKey(db, "old")).toEqual({ dataKeys: 0, values: 0 });
      await retireKeyEncryptionKey(OPERATOR, "old");
      expect(await db.select().from(retiredKeyEncryptionKeysTable)).toMatchObject([{ id: "old" }]);
    });

    test("wraps nothing even for someone who writes to the database", async () => {
      await retireKeyEncryptionKey(OPERATOR, "k1");
      const db = await database();
      const [key] = await dataKeysOf(ada);
      const wrapped = key?.wrapped?.replace("orcw1.k2.", "orcw1.k1.") ?? "";
      const refused = { cause: { code: "OA002" } };
      await expect(
        db.update(dataKeysTable).set({ wrapped }).where(eq(dataKeysTable.ownerId, ada.userId)),
      ).rejects.toMatchObject(refused);
      await expect(
        db.insert(dataKeysTable).values({ id: "x", ownerKind: "user", ownerId: "x", wrapped }),
      ).rejects.toMatchObject(refused);
    });

    test("can still be found around a data key from before, which is used, moved and destroyed as any other", async () => {
      const db = await database();
      await db.insert(retiredKeyEncryptionKeysTable).values({ id: "k2", retiredBy: "system:operator" });
      setRing("k1", "k2");
      await saveStoredKey(ada, { provider: "openai", apiKey: KEY });
      await db.execute(sql`update data_keys set unreadable_since = now()`);
      const { id } = await startKeyRotation(OPERATOR, { kind: "data_keys", dryRun: false });
      expect(await runKeyRotation(id, { worker: "w" })).toBe("finished");
      expect((await dataKeysOf(ada)).map(({ state, keyEncryptionKeyId: by }) => [state, by])).toEqual(
        expect.arrayContaining([
          ["active", "k1"],
          ["destroyed", null],
        ]),
      );
      expect(await openStoredKey(ada, { provider: "anthropic" })).toMatchObject({ status: "ok" });
    });
  });
}

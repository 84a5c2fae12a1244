import { randomBytes } from "node:crypto";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { keyEncryptionKeys } from "@/domain/vault/data-keys/key-encryption-keys";
import { retireKeyEncryptionKey } from "@/domain/vault/rotation/retire-key-encryption-key";
import { database } from "@/lib/db/client";
import { dataKeysTable, retiredKeyEncryptionKeysTable } from "@/lib/db/schema";
import { createDataKey } from "@/lib/encryption";
import { retiredKeyBattery } from "./retired-key-battery";
import { untilWaiting } from "./until-waiting";
import { useDatabase } from "./use-database";

useDatabase("postgres");
retiredKeyBattery();

test("retiring a key waits for a data key that is being stored, and counts it", async () => {
  process.env["ENCRYPTION_KEYS"] = ["k1", "k2"]
    .map((id) => `${id}:${randomBytes(32).toString("hex")}`)
    .join();
  const owner = { ownerKind: "system", ownerId: "somebody" } as const;
  const { dataKey, wrapped } = await createDataKey(owner, keyEncryptionKeys().current);
  process.env["ENCRYPTION_KEYS"] = process.env["ENCRYPTION_KEYS"].split(",").toReversed().join();
  const db = await database();
  let retirement: Promise<unknown> = Promise.resolve();
  await db.transaction(async (tx) => {
    await tx.insert(dataKeysTable).values({ id: dataKey.id, wrapped, ...owner });
    retirement = retireKeyEncryptionKey({ system: "operator" }, "k1").catch((error: unknown) => error);
    await untilWaiting(1);
  });
  expect(await retirement).toMatchObject({
    code: "conflict",
    message: expect.stringContaining("still needed by 1 data keys"),
  });
  expect(await db.select().from(retiredKeyEncryptionKeysTable)).toEqual([]);
  await db.execute(sql`delete from data_keys`);
});

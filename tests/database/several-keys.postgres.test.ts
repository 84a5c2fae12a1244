import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { deleteExpiredPreviousSecrets } from "@/domain/keys/previous-secret";
import { addStoredKey } from "@/domain/keys/sources/stored/add-stored-key";
import { holdKeys } from "@/domain/keys/sources/stored/hold-keys";
import { replaceStoredKey } from "@/domain/keys/sources/stored/replace-stored-key";
import { database } from "@/lib/db/client";
import { userAiApiKeysTable, userTable } from "@/lib/db/schema";
import { severalKeysBattery } from "./several-keys-battery";
import { untilWaiting } from "./until-waiting";
import { useDatabase } from "./use-database";

useDatabase("postgres");
severalKeysBattery();

async function personWithKeys(count: number) {
  const actor = { userId: `person-${randomUUID()}` };
  const db = await database();
  await db.insert(userTable).values({ id: actor.userId, name: "P", email: `${actor.userId}@example.com` });
  const ids: string[] = [];
  for (let number = 0; number < count; number += 1) {
    const apiKey = `sk-ant-api03-waiting-for-another-${number}-wXyZ`;
    // oxlint-disable-next-line no-await-in-loop -- the first one is the default
    ids.push(await addStoredKey(actor, { provider: "anthropic", apiKey, label: `Key ${number}` }));
  }
  return { actor, ids: ids.toSorted() };
}

describe("a change that waits for another change of the same keys", () => {
  /** Comes before every other id in the order rows are locked in. */
  const FIRST_ID = "00000000-0000-4000-8000-000000000001";

  test("holds the key that was added meanwhile as well", async () => {
    const { actor } = await personWithKeys(2);
    const db = await database();
    let waiting: Promise<string[]> | undefined;
    await db.transaction(async (tx) => {
      const [some] = await holdKeys(tx, actor);
      if (!some) throw new Error("there are keys");
      await tx
        .insert(userAiApiKeysTable)
        .values({ ...some, id: FIRST_ID, sealPurpose: "anthropic:new", isDefault: false });
      waiting = db.transaction(async (other) => (await holdKeys(other, actor)).map(({ id }) => id));
      await untilWaiting(1);
    });
    expect(await waiting).toContain(FIRST_ID);
  });

  test("does not block the cleanup of expired secrets", async () => {
    const { actor, ids } = await personWithKeys(1);
    const [id = ""] = ids;
    await replaceStoredKey(actor, id, {
      apiKey: "sk-ant-api03-waiting-for-another-next-QrSt",
      keepPreviousHours: 1,
    });
    const db = await database();
    await db
      .update(userAiApiKeysTable)
      .set({ availableUntil: new Date(Date.now() - 1000) })
      .where(eq(userAiApiKeysTable.previousOf, id));
    await db.transaction(async (tx) => {
      await holdKeys(tx, actor);
      expect(await deleteExpiredPreviousSecrets()).toBe(0);
    });
    expect(await deleteExpiredPreviousSecrets()).toBe(1);
  });
});

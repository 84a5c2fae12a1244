import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { openStoredKey } from "@/domain/keys/sources/stored/open-stored-key";
import { saveStoredKey } from "@/domain/keys/sources/stored/save-stored-key";
import { database } from "@/lib/db/client";
import { userAiApiKeysTable, userTable } from "@/lib/db/schema";
import { keyVaultBattery } from "./key-vault-battery";
import { useDatabase } from "./use-database";

useDatabase("postgres");
keyVaultBattery();

describe("while a transaction holds the row", () => {
  test("a key opens without waiting, and its use is noted once the row is free", async () => {
    const db = await database();
    const [userId, apiKey] = ["held", "sk-ant-api03-held-row-0123456789"];
    await db.insert(userTable).values({ id: userId, name: "P", email: "held@example.com" });
    await saveStoredKey({ userId }, { provider: "anthropic", apiKey });
    const row = () => db.select().from(userAiApiKeysTable).where(eq(userAiApiKeysTable.userId, userId));
    await db.transaction(async (tx) => {
      // What a rotation batch does to the row. Waiting for it here would never end.
      await tx
        .update(userAiApiKeysTable)
        .set({ updatedAt: new Date() })
        .where(eq(userAiApiKeysTable.userId, userId));
      expect(await openStoredKey({ userId }, { provider: "anthropic" })).toMatchObject({ status: "ok" });
    });
    expect(await row()).toMatchObject([{ lastUsedAt: null }]);
    expect(await openStoredKey({ userId }, { provider: "anthropic" })).toMatchObject({ status: "ok" });
    expect(await row()).toMatchObject([{ lastUsedAt: expect.any(Date) }]);
  });
});

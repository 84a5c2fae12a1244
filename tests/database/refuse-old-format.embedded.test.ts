import { createCipheriv, randomBytes } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { findStoredKey } from "@/domain/keys/sources/stored/find-stored-key";
import { openStoredKey } from "@/domain/keys/sources/stored/open-stored-key";
import { saveStoredKey } from "@/domain/keys/sources/stored/save-stored-key";
import { database } from "@/lib/db/client";
import { userAiApiKeysTable, userTable } from "@/lib/db/schema";
import { useDatabase } from "./use-database";

useDatabase("embedded");

beforeAll(() => {
  process.env["REFUSE_OLD_SEALED_FORMAT"] = "1";
});

test("an installation that migrated everything refuses a value in the old format, though its key would open it", async () => {
  const db = await database();
  await db.insert(userTable).values({ id: "ada", name: "Ada", email: "ada@example.com" });
  await saveStoredKey({ userId: "ada" }, { provider: "anthropic", apiKey: "sk-ant-api03-0123456789abcdef" });
  expect(await openStoredKey({ userId: "ada" }, { provider: "anthropic" })).toMatchObject({ status: "ok" });

  const keyHex = (process.env["ENCRYPTION_KEYS"] ?? "").split(":")[1] ?? "";
  const iv = randomBytes(16);
  const cipher = createCipheriv("aes-256-gcm", Buffer.from(keyHex, "hex"), iv);
  const body = Buffer.concat([cipher.update("sk-ant-api03-taken-from-an-old-backup"), cipher.final()]);
  await db
    .update(userAiApiKeysTable)
    .set({ apiKey: Buffer.concat([iv, cipher.getAuthTag(), body]).toString("base64") });
  expect(await openStoredKey({ userId: "ada" }, { provider: "anthropic" })).toEqual({
    status: "cannot_decrypt",
  });
  expect(await findStoredKey({ userId: "ada" }, { provider: "anthropic" })).toMatchObject({
    status: "needs_reentry",
  });
});

import { createCipheriv, randomBytes } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { findApiKey } from "@/domain/keys/sources/stored/find-api-key";
import { openApiKey } from "@/domain/keys/sources/stored/open-api-key";
import { saveApiKey } from "@/domain/keys/sources/stored/save-api-key";
import { database } from "@/lib/db/client";
import { userAiApiKeysTable, userTable } from "@/lib/db/schema";
import { useDatabase } from "./use-database";

useDatabase("embedded");

beforeAll(() => {
  process.env["REFUSE_OLD_SEALED_FORMAT"] = "1";
});

test("an installation that took everything over refuses a value in the old format, though its key would open it", async () => {
  const db = await database();
  await db.insert(userTable).values({ id: "ada", name: "Ada", email: "ada@example.com" });
  await saveApiKey({ userId: "ada" }, { provider: "anthropic", apiKey: "sk-ant-api03-0123456789abcdef" });
  expect(await openApiKey({ userId: "ada" }, { provider: "anthropic" })).toMatchObject({ status: "ok" });

  const keyHex = (process.env["ENCRYPTION_KEYS"] ?? "").split(":")[1] ?? "";
  const iv = randomBytes(16);
  const cipher = createCipheriv("aes-256-gcm", Buffer.from(keyHex, "hex"), iv);
  const body = Buffer.concat([cipher.update("sk-ant-api03-taken-from-an-old-backup"), cipher.final()]);
  await db
    .update(userAiApiKeysTable)
    .set({ apiKey: Buffer.concat([iv, cipher.getAuthTag(), body]).toString("base64") });
  expect(await openApiKey({ userId: "ada" }, { provider: "anthropic" })).toEqual({
    status: "cannot_decrypt",
  });
  expect(await findApiKey({ userId: "ada" }, { provider: "anthropic" })).toMatchObject({
    status: "needs_reentry",
  });
});

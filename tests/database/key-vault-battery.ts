import { createCipheriv, randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import type { Actor } from "@/domain/actor";
import { deleteApiKey } from "@/domain/key-vault/delete-api-key";
import { findApiKey } from "@/domain/key-vault/find-api-key";
import { listApiKeys } from "@/domain/key-vault/list-api-keys";
import { openApiKey } from "@/domain/key-vault/open-api-key";
import { recheckUnreadableKeys } from "@/domain/key-vault/recheck-unreadable-keys";
import { saveApiKey } from "@/domain/key-vault/save-api-key";
import { database } from "@/lib/db/client";
import { auditEventsTable, userAiApiKeysTable, userTable } from "@/lib/db/schema";
import { describeSealed } from "@/lib/encryption";

const KEY = "sk-ant-api03-vault-battery-first-key-AAAA1111";
const OTHER_KEY = "sk-ant-api03-vault-battery-other-key-BBBB2222";

let people = 0;
async function newPerson(): Promise<Actor> {
  const userId = `person-${++people}`;
  const db = await database();
  await db.insert(userTable).values({ id: userId, name: "P", email: `${userId}@example.com` });
  return { userId };
}

async function rowOf(actor: Actor) {
  const db = await database();
  const [row] = await db.select().from(userAiApiKeysTable).where(eq(userAiApiKeysTable.userId, actor.userId));
  if (!row) throw new Error("no row");
  return row;
}

async function storeSealed(actor: Actor, apiKey: string): Promise<void> {
  const db = await database();
  await db.update(userAiApiKeysTable).set({ apiKey }).where(eq(userAiApiKeysTable.userId, actor.userId));
}

/** The plan's format, written by hand: iv(16) | tag(16) | ciphertext, base64, no additional data. */
function sealAsThePlanDid(text: string, keyHex: string): string {
  const iv = randomBytes(16);
  const cipher = createCipheriv("aes-256-gcm", Buffer.from(keyHex, "hex"), iv);
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]).toString("base64");
}

/** What the vault promises, on whichever database `database()` is connected to. */
export function keyVaultBattery(): void {
  describe("the key vault", () => {
    let ada: Actor;
    let bob: Actor;
    beforeAll(async () => {
      ada = await newPerson();
      bob = await newPerson();
    });

    test("a saved key opens for its person and is sealed at rest", async () => {
      await saveApiKey(ada, { provider: "anthropic", apiKey: KEY });
      const row = await rowOf(ada);
      expect(row.apiKey).toMatch(/^orc1\.k1\./);
      expect(JSON.stringify(row)).not.toContain(KEY.slice(0, 20));
      expect(row.last4).toBe("1111");
      const opened = await openApiKey(ada, "anthropic");
      expect(opened.status === "ok" && opened.key.reveal()).toBe(KEY);
    });

    test("nobody else's key opens, and nobody's key is listed for another", async () => {
      expect(await openApiKey(bob, "anthropic")).toEqual({ status: "not_configured" });
      expect(await listApiKeys(bob)).toEqual([]);
    });

    test("a sealed key copied into another person's row does not open and is flagged, never read as no key", async () => {
      await saveApiKey(bob, { provider: "anthropic", apiKey: OTHER_KEY });
      await storeSealed(bob, (await rowOf(ada)).apiKey);
      expect(await openApiKey(bob, "anthropic")).toEqual({ status: "cannot_decrypt" });
      expect(await findApiKey(bob, "anthropic")).toMatchObject({ status: "needs_reentry" });
      expect(await listApiKeys(bob)).toMatchObject([{ status: "needs_reentry", last4: "2222" }]);
    });

    test("saving again heals an unreadable key", async () => {
      await saveApiKey(bob, { provider: "anthropic", apiKey: OTHER_KEY });
      const opened = await openApiKey(bob, "anthropic");
      expect(opened.status === "ok" && opened.key.reveal()).toBe(OTHER_KEY);
      expect(await findApiKey(bob, "anthropic")).toMatchObject({ status: "ok" });
    });

    test("a key in the plan's format opens once and is sealed anew at once", async () => {
      const ring = process.env["ENCRYPTION_KEYS"] ?? "";
      await storeSealed(ada, sealAsThePlanDid(KEY, ring.split(":")[1] ?? ""));
      const opened = await openApiKey(ada, "anthropic");
      expect(opened.status === "ok" && opened.key.reveal()).toBe(KEY);
      expect(describeSealed((await rowOf(ada)).apiKey)).toMatchObject({ format: "orc1", keyId: "k1" });
    });

    test("after a rotation of the ring an old key opens and moves to the new key", async () => {
      const oldRing = process.env["ENCRYPTION_KEYS"];
      process.env["ENCRYPTION_KEYS"] = `k2:${randomBytes(32).toString("hex")},${oldRing}`;
      const opened = await openApiKey(ada, "anthropic");
      expect(opened.status === "ok" && opened.key.reveal()).toBe(KEY);
      expect(describeSealed((await rowOf(ada)).apiKey)).toMatchObject({ keyId: "k2" });
    });

    test("a key saved while the old one is being opened is never overwritten", async () => {
      for (let round = 0; round < 25; round += 1) {
        const ring = process.env["ENCRYPTION_KEYS"] ?? "";
        const currentHex = ring.split(",")[0]?.split(":")[1] ?? "";
        await storeSealed(ada, sealAsThePlanDid(KEY, currentHex));
        const fresh = `${OTHER_KEY}-${round}`;
        await Promise.all([
          openApiKey(ada, "anthropic"),
          writeFresh(ada, fresh),
          openApiKey(ada, "anthropic"),
        ]);
        const opened = await openApiKey(ada, "anthropic");
        expect(opened.status === "ok" && opened.key.reveal()).toBe(fresh);
      }
    });

    test("a key flagged because its encryption key was missing heals when that key is back", async () => {
      const ring = process.env["ENCRYPTION_KEYS"];
      await saveApiKey(ada, { provider: "anthropic", apiKey: KEY });
      process.env["ENCRYPTION_KEYS"] = `k9:${randomBytes(32).toString("hex")}`;
      expect(await openApiKey(ada, "anthropic")).toEqual({ status: "cannot_decrypt" });
      await recheckUnreadableKeys();
      expect(await findApiKey(ada, "anthropic")).toMatchObject({ status: "needs_reentry" });
      process.env["ENCRYPTION_KEYS"] = ring;
      await recheckUnreadableKeys();
      expect(await findApiKey(ada, "anthropic")).toMatchObject({ status: "ok" });
    });

    test("deleting is final, can be repeated, and leaves a trail without key material", async () => {
      await deleteApiKey(ada, "anthropic");
      await deleteApiKey(ada, "anthropic");
      expect(await openApiKey(ada, "anthropic")).toEqual({ status: "not_configured" });
      const db = await database();
      const trail = await db.select().from(auditEventsTable).where(eq(auditEventsTable.actorId, ada.userId));
      const actions = trail.map((event) => event.action);
      expect(actions.filter((action) => action === "ai_key.deleted")).toHaveLength(1);
      expect(actions).toContain("ai_key.saved");
      expect(JSON.stringify(trail)).not.toMatch(/sk-ant|orc1|1111/);
    });
  });
}

/** Saves beside the rate limit, which is not what the race is about. */
async function writeFresh(actor: Actor, apiKey: string): Promise<void> {
  const { encrypt } = await import("@/lib/encryption");
  const { apiKeyContext } = await import("@/domain/key-vault/api-key-context");
  await storeSealed(actor, encrypt(apiKey, apiKeyContext(actor.userId, "anthropic")));
}

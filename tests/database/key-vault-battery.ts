import { createCipheriv, randomBytes } from "node:crypto";
import { eq, inArray } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import type { Actor } from "@/domain/identity/actor";
import { listKeys } from "@/domain/keys/list-keys";
import { deleteStoredKeysOf } from "@/domain/keys/sources/stored/delete-stored-key";
import { findStoredKey } from "@/domain/keys/sources/stored/find-stored-key";
import { openStoredKey } from "@/domain/keys/sources/stored/open-stored-key";
import { recheckUnreadableKeys } from "@/domain/keys/sources/stored/recheck-unreadable-keys";
import { saveStoredKey } from "@/domain/keys/sources/stored/save-stored-key";
import { createProject } from "@/domain/projects/create-project";
import { deleteProject } from "@/domain/projects/delete-project";
import { listProjectSecrets } from "@/domain/projects/secrets/list-project-secrets";
import { recheckUnreadableSecrets } from "@/domain/projects/secrets/recheck-unreadable-secrets";
import { saveProjectSecret } from "@/domain/projects/secrets/save-project-secret";
import { flushAuditEvents } from "@/domain/vault/audit/audit-queue";
import { openValue } from "@/domain/vault/sealing/open-value";
import { API_KEYS, PROJECT_SECRETS } from "@/domain/vault/sealing/sealed-columns";
import { vaultDoctor } from "@/domain/vault/vault-doctor";
import { database } from "@/lib/db/client";
import {
  auditEventsTable,
  dataKeysTable,
  projectSecretsTable,
  userAiApiKeysTable,
  userTable,
} from "@/lib/db/schema";
import { describeSealed, encrypt } from "@/lib/encryption";

const KEY = "sk-ant-api03-vault-battery-first-key-AAAAwXyZ";
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

async function dataKeysOf({ userId }: Actor) {
  const db = await database();
  return db.select().from(dataKeysTable).where(eq(dataKeysTable.ownerId, userId));
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

/** What the vault guarantees, on either database. */
export function keyVaultBattery(): void {
  describe("the key vault", () => {
    let ada: Actor;
    let bob: Actor;
    beforeAll(async () => {
      ada = await newPerson();
      bob = await newPerson();
    });

    test("a saved key opens for its person and is sealed at rest", async () => {
      await saveStoredKey(ada, { provider: "anthropic", apiKey: KEY });
      const row = await rowOf(ada);
      expect(row.apiKey).toMatch(/^orc2\.[a-z2-7]{32}\./);
      expect(JSON.stringify(row)).not.toContain(KEY.slice(0, 20));
      expect(row.last4).toBe("wXyZ");
      const opened = await openStoredKey(ada, { provider: "anthropic" });
      expect(opened.status === "ok" && opened.key.reveal()).toBe(KEY);
    });

    test("another person's key does not open and is not listed", async () => {
      expect(await openStoredKey(bob, { provider: "anthropic" })).toEqual({ status: "not_configured" });
      expect(await listKeys(bob)).toEqual([]);
    });

    test("a sealed key copied into another person's row does not open and is flagged, never read as no key", async () => {
      await saveStoredKey(bob, { provider: "anthropic", apiKey: OTHER_KEY });
      await storeSealed(bob, (await rowOf(ada)).apiKey);
      expect(await openStoredKey(bob, { provider: "anthropic" })).toEqual({ status: "cannot_decrypt" });
      expect(await findStoredKey(bob, { provider: "anthropic" })).toMatchObject({ status: "needs_reentry" });
      expect(await listKeys(bob)).toMatchObject([{ status: "needs_reentry", last4: "2222" }]);
    });

    test("saving again heals an unreadable key", async () => {
      await saveStoredKey(bob, { provider: "anthropic", apiKey: OTHER_KEY });
      const opened = await openStoredKey(bob, { provider: "anthropic" });
      expect(opened.status === "ok" && opened.key.reveal()).toBe(OTHER_KEY);
      expect(await findStoredKey(bob, { provider: "anthropic" })).toMatchObject({ status: "ok" });
    });

    test("a key in the plan's format, and one sealed with a ring key, open for their person", async () => {
      const ring = process.env["ENCRYPTION_KEYS"] ?? "";
      const context = {
        table: "user_ai_api_keys",
        column: "api_key",
        owner: ada.userId,
        purpose: (await rowOf(ada)).sealPurpose,
      };
      for (const sealed of [sealAsThePlanDid(KEY, ring.split(":")[1] ?? ""), encrypt(KEY, context)]) {
        await storeSealed(ada, sealed);
        const opened = await openStoredKey(ada, { provider: "anthropic" });
        expect(opened.status === "ok" && opened.key.reveal()).toBe(KEY);
        expect((await rowOf(ada)).apiKey).toBe(sealed);
      }
    });

    test("a person has one data key, and it counts what it sealed", async () => {
      const eve = await newPerson();
      for (const apiKey of [KEY, OTHER_KEY, KEY]) await saveStoredKey(eve, { provider: "anthropic", apiKey });
      const keys = await dataKeysOf(eve);
      expect(keys).toMatchObject([{ state: "active", seals: 3, keyEncryptionKeyId: "k1" }]);
      expect(describeSealed((await rowOf(eve)).apiKey).keyId).toBe(keys[0]?.id);
    });

    test("first saves at the same time make one data key", async () => {
      const eve = await newPerson();
      await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          saveStoredKey(eve, { provider: "anthropic", apiKey: `${KEY}-${index}` }),
        ),
      );
      expect(await dataKeysOf(eve)).toMatchObject([{ state: "active", seals: 8 }]);
      expect(await openStoredKey(eve, { provider: "anthropic" })).toMatchObject({ status: "ok" });
    });

    test("a data key that has reached its limit is replaced automatically, and the operator is warned long before", async () => {
      const eve = await newPerson();
      await saveStoredKey(eve, { provider: "anthropic", apiKey: KEY });
      const db = await database();
      const spend = (seals: number) =>
        db.update(dataKeysTable).set({ seals }).where(eq(dataKeysTable.ownerId, eve.userId));
      await spend(2 ** 23 + 1);
      expect((await vaultDoctor()).map(({ sentence }) => sentence).join()).toMatch(
        /has sealed 8388609 values/,
      );
      await spend(2 ** 24);
      await saveStoredKey(eve, { provider: "openai", apiKey: OTHER_KEY });
      expect((await dataKeysOf(eve)).map(({ state, seals }) => ({ state, seals }))).toEqual(
        expect.arrayContaining([
          { state: "decrypt_only", seals: 2 ** 24 },
          { state: "active", seals: 1 },
        ]),
      );
      expect(await openStoredKey(eve, { provider: "anthropic" })).toMatchObject({ status: "ok" });
      await db.delete(userTable).where(eq(userTable.id, eve.userId));
    });

    test("another person's data key, put where mine is, opens nothing", async () => {
      const [eve, mallory] = [await newPerson(), await newPerson()];
      await saveStoredKey(eve, { provider: "anthropic", apiKey: KEY });
      await saveStoredKey(mallory, { provider: "anthropic", apiKey: OTHER_KEY });
      const [ofMallory] = await dataKeysOf(mallory);
      const db = await database();
      await db
        .update(dataKeysTable)
        .set({ wrapped: ofMallory?.wrapped ?? "" })
        .where(eq(dataKeysTable.ownerId, eve.userId));
      expect(await openStoredKey(eve, { provider: "anthropic" })).toEqual({ status: "cannot_decrypt" });
    });

    test("a data key given to another owner opens nothing, not even from memory", async () => {
      const eve = await newPerson();
      await saveStoredKey(eve, { provider: "anthropic", apiKey: KEY });
      expect(await openStoredKey(eve, { provider: "anthropic" })).toMatchObject({ status: "ok" });
      const db = await database();
      await db
        .update(dataKeysTable)
        .set({ ownerId: "somebody-else" })
        .where(eq(dataKeysTable.ownerId, eve.userId));
      expect(await openStoredKey(eve, { provider: "anthropic" })).toEqual({ status: "cannot_decrypt" });
    });

    test("deleting a person destroys the data key at once, and a row kept aside stays shut", async () => {
      const eve = await newPerson();
      await saveStoredKey(eve, { provider: "anthropic", apiKey: KEY });
      expect(await openStoredKey(eve, { provider: "anthropic" })).toMatchObject({ status: "ok" });
      const kept = await rowOf(eve);
      const db = await database();
      await db.delete(userTable).where(eq(userTable.id, eve.userId));
      expect(await dataKeysOf(eve)).toMatchObject([{ state: "destroyed", wrapped: null }]);
      await db.insert(userTable).values({ id: eve.userId, name: "P", email: `${eve.userId}@example.com` });
      await db.insert(userAiApiKeysTable).values(kept);
      expect(await openStoredKey(eve, { provider: "anthropic" })).toEqual({ status: "cannot_decrypt" });
      const trail = await db
        .select({ action: auditEventsTable.action })
        .from(auditEventsTable)
        .where(eq(auditEventsTable.objectId, (await dataKeysOf(eve))[0]?.id ?? ""));
      expect(trail.map((event) => event.action)).toEqual(["data_key.created", "data_key.destroyed"]);
    });

    test("deleting a project destroys its data key", async () => {
      const eve = await newPerson();
      const project = await createProject(eve, { name: "Vault" });
      await saveProjectSecret(eve, project.id, { name: "TOKEN", value: "hunter2" });
      const db = await database();
      const ofProject = () => db.select().from(dataKeysTable).where(eq(dataKeysTable.ownerId, project.id));
      expect(await ofProject()).toMatchObject([{ ownerKind: "project", state: "active" }]);
      await deleteProject(eve, project.id);
      expect(await ofProject()).toMatchObject([{ state: "destroyed", wrapped: null }]);
    });

    test("a value opens only for the purposes of its column and for its owner, and a refusal leaves a record", async () => {
      const eve = await newPerson();
      await saveStoredKey(eve, { provider: "anthropic", apiKey: KEY });
      const row = await rowOf(eve);
      const value = {
        id: row.id,
        owner: eve.userId,
        purpose: row.sealPurpose,
        sealed: row.apiKey,
        dataKey: (await dataKeysOf(eve))[0] ?? null,
      };
      const denied = [
        openValue(API_KEYS, value, { actor: bob, purpose: "chat" }),
        openValue(API_KEYS, value, { actor: { system: "rotation" }, purpose: "chat" }),
        openValue(API_KEYS, value, { actor: eve, purpose: "rotate" }),
        openValue(PROJECT_SECRETS, value, { actor: eve, purpose: "chat" }),
        openValue(API_KEYS, value, { actor: eve, purpose: "constructor" as "chat" }),
      ];
      for (const attempt of denied)
        await expect(attempt).rejects.toMatchObject({ code: "vault_access_denied" });
      await expect(openValue(API_KEYS, value, { actor: eve, purpose: "chat" })).resolves.toBe(KEY);
      await flushAuditEvents();
      const db = await database();
      const trail = await db.select().from(auditEventsTable).where(eq(auditEventsTable.objectId, row.id));
      expect(trail.filter((event) => event.action === "value.open_denied")).toHaveLength(5);
      expect(trail.filter((event) => event.action === "value.opened")).toMatchObject([
        { actorId: eve.userId, detail: { purpose: "chat", column: "user_ai_api_keys.api_key" } },
      ]);
      expect(
        JSON.stringify(trail, (_, item: unknown) => (typeof item === "bigint" ? `${item}` : item)),
      ).not.toContain("sk-ant");
    });

    test("a key saved while the broken one before it is being opened is never flagged", async () => {
      const eve = await newPerson();
      for (let round = 0; round < 8; round += 1) {
        await saveStoredKey(eve, { provider: "anthropic", apiKey: KEY });
        await storeSealed(eve, `orc2.${"a".repeat(32)}.${"A".repeat(16)}.${"A".repeat(64)}`);
        const fresh = `${OTHER_KEY}-${round}`;
        await Promise.all([
          openStoredKey(eve, { provider: "anthropic" }),
          saveStoredKey(eve, { provider: "anthropic", apiKey: fresh }),
          openStoredKey(eve, { provider: "anthropic" }),
        ]);
        const opened = await openStoredKey(eve, { provider: "anthropic" });
        expect(opened.status === "ok" && opened.key.reveal()).toBe(fresh);
        expect(await findStoredKey(eve, { provider: "anthropic" })).toMatchObject({ status: "ok" });
      }
    });

    test("a record of an unreadable key is left once, by the opening that flagged it", async () => {
      const eve = await newPerson();
      await saveStoredKey(eve, { provider: "anthropic", apiKey: KEY });
      await storeSealed(eve, `orc2.${"a".repeat(32)}.${"A".repeat(16)}.${"A".repeat(64)}`);
      for (const opened of await Promise.all(
        [1, 2, 3, 4].map(() => openStoredKey(eve, { provider: "anthropic" })),
      )) {
        expect(opened).toEqual({ status: "cannot_decrypt" });
      }
      const db = await database();
      const trail = await db.select().from(auditEventsTable).where(eq(auditEventsTable.actorId, eve.userId));
      expect(trail.filter((event) => event.action === "ai_key.unreadable")).toHaveLength(1);
    });

    test("a key flagged because its encryption key was missing heals when that key is back", async () => {
      const ring = process.env["ENCRYPTION_KEYS"];
      await saveStoredKey(ada, { provider: "anthropic", apiKey: KEY });
      process.env["ENCRYPTION_KEYS"] = `k9:${randomBytes(32).toString("hex")}`;
      expect(await openStoredKey(ada, { provider: "anthropic" })).toEqual({ status: "cannot_decrypt" });
      await recheckUnreadableKeys();
      expect(await findStoredKey(ada, { provider: "anthropic" })).toMatchObject({ status: "needs_reentry" });
      process.env["ENCRYPTION_KEYS"] = ring;
      await recheckUnreadableKeys();
      expect(await findStoredKey(ada, { provider: "anthropic" })).toMatchObject({ status: "ok" });
    });

    test("a project secret flagged because its encryption key was missing heals when that key is back", async () => {
      const eve = await newPerson();
      const project = await createProject(eve, { name: "Vault" });
      await saveProjectSecret(eve, project.id, { name: "TOKEN", value: "hunter2" });
      const db = await database();
      await db.update(projectSecretsTable).set({ unreadableSince: new Date() });
      const ring = process.env["ENCRYPTION_KEYS"];
      const statusOf = async () => (await listProjectSecrets(eve, project.id))[0]?.status;
      process.env["ENCRYPTION_KEYS"] = `k9:${randomBytes(32).toString("hex")}`;
      await recheckUnreadableSecrets();
      expect(await statusOf()).toBe("needs_reentry");
      process.env["ENCRYPTION_KEYS"] = ring;
      await recheckUnreadableSecrets();
      expect(await statusOf()).toBe("ok");
    });

    test("the check of flagged values ends at the first key store that does not answer", async () => {
      const [eve, bea] = [await newPerson(), await newPerson()];
      const db = await database();
      const wrapped = `orcw1.away.${Buffer.from("vault:v1:AAAA").toString("base64url")}`;
      for (const person of [eve, bea]) {
        await saveStoredKey(person, { provider: "anthropic", apiKey: KEY });
        await db
          .update(userAiApiKeysTable)
          .set({ unreadableSince: new Date() })
          .where(eq(userAiApiKeysTable.userId, person.userId));
        await db.update(dataKeysTable).set({ wrapped }).where(eq(dataKeysTable.ownerId, person.userId));
      }
      await flushAuditEvents();
      const asked = async () => {
        await flushAuditEvents();
        const failures = await db
          .select()
          .from(auditEventsTable)
          .where(eq(auditEventsTable.action, "value.open_failed"));
        return failures.filter(({ detail }) => JSON.stringify(detail).includes("key_store_unavailable"));
      };
      expect(await asked()).toEqual([]);
      // Port 1 of this machine: nothing listens there.
      process.env["KEY_ENCRYPTION_KEYS"] = "env,away=vault-transit:http://127.0.0.1:1/transit/orchestral";
      process.env["VAULT_TOKEN"] = "token";
      try {
        await recheckUnreadableKeys();
        expect(await asked()).toHaveLength(1);
        expect(await findStoredKey(bea, { provider: "anthropic" })).toMatchObject({
          status: "needs_reentry",
        });
      } finally {
        delete process.env["KEY_ENCRYPTION_KEYS"];
        delete process.env["VAULT_TOKEN"];
        await db.delete(userTable).where(inArray(userTable.id, [eve.userId, bea.userId]));
      }
    });

    test("a person whose data key cannot be unwrapped any more saves the key again, and an old one that comes back opens", async () => {
      const person = await newPerson();
      await saveStoredKey(person, { provider: "anthropic", apiKey: KEY });
      await saveStoredKey(person, { provider: "openai", apiKey: OTHER_KEY });
      const [lost] = await dataKeysOf(person);
      const ring = process.env["ENCRYPTION_KEYS"];
      // The same id with another key, as after restoring the wrong backup.
      process.env["ENCRYPTION_KEYS"] = `k1:${randomBytes(32).toString("hex")}`;
      try {
        expect(await openStoredKey(person, { provider: "anthropic" })).toEqual({ status: "cannot_decrypt" });
        await saveStoredKey(person, { provider: "anthropic", apiKey: KEY });
        expect(await openStoredKey(person, { provider: "anthropic" })).toMatchObject({ status: "ok" });
        expect(await openStoredKey(person, { provider: "openai" })).toEqual({ status: "cannot_decrypt" });
        const dataKeys = await dataKeysOf(person);
        expect(dataKeys).toHaveLength(2);
        expect(dataKeys.find(({ id }) => id === lost?.id)?.state).toBe("decrypt_only");
      } finally {
        process.env["ENCRYPTION_KEYS"] = ring;
      }
      expect(await openStoredKey(person, { provider: "openai" })).toMatchObject({ status: "ok" });
    });

    test("deleting is final, can be repeated, and leaves a trail without key material", async () => {
      await deleteStoredKeysOf(ada, "anthropic");
      await deleteStoredKeysOf(ada, "anthropic");
      expect(await openStoredKey(ada, { provider: "anthropic" })).toEqual({ status: "not_configured" });
      const db = await database();
      const trail = await db.select().from(auditEventsTable).where(eq(auditEventsTable.actorId, ada.userId));
      const actions = trail.map((event) => event.action);
      expect(actions.filter((action) => action === "ai_key.deleted")).toHaveLength(1);
      expect(actions).toContain("ai_key.saved");
      expect(JSON.stringify(trail)).not.toMatch(/sk-ant|orc[12]\.|wXyZ/);
    });
  });
}

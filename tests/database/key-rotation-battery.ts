import { createCipheriv, randomBytes } from "node:crypto";
import { asc, eq, sql } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ProviderId } from "@/contracts/provider";
import type { StartKeyRotation } from "@/contracts/vault";
import { deleteStoredKeysOf } from "@/domain/keys/sources/stored/delete-stored-key";
import { findStoredKey } from "@/domain/keys/sources/stored/find-stored-key";
import { openStoredKey } from "@/domain/keys/sources/stored/open-stored-key";
import { saveStoredKey } from "@/domain/keys/sources/stored/save-stored-key";
import { createProject } from "@/domain/projects/create-project";
import { listProjectSecrets } from "@/domain/projects/secrets/list-project-secrets";
import { saveProjectSecret } from "@/domain/projects/secrets/save-project-secret";
import { flushAuditEvents } from "@/domain/vault/audit/audit-queue";
import { chainAuditEvents } from "@/domain/vault/audit/chain-audit-events";
import { auditMacKeys } from "@/domain/vault/data-keys/audit-mac-keys";
import { refuseRetiredKeys } from "@/domain/vault/data-keys/refuse-retired-keys";
import { cancelKeyRotation } from "@/domain/vault/rotation/cancel-key-rotation";
import { listKeyRotations } from "@/domain/vault/rotation/list-key-rotations";
import { retireKeyEncryptionKey } from "@/domain/vault/rotation/retire-key-encryption-key";
import { type RunOptions, runKeyRotation } from "@/domain/vault/rotation/run-key-rotation";
import { startKeyRotation } from "@/domain/vault/rotation/start-key-rotation";
import { vaultStatus } from "@/domain/vault/vault-status";
import { verifyAudit } from "@/domain/vault/verify-audit";
import { database } from "@/lib/db/client";
import {
  auditEventsTable,
  dataKeysTable,
  keyRotationsTable,
  projectSecretsTable,
  projectsTable,
  userAiApiKeysTable,
  userTable,
  vaultStateTable,
} from "@/lib/db/schema";
import { encrypt } from "@/lib/encryption";

const OPERATOR = { system: "operator" } as const;
const PROVIDERS: ProviderId[] = ["anthropic", "openai", "openrouter"];

function keyText(userId: string, provider: string, version = 1): string {
  return `sk-${provider}-of-${userId}-version-${version}-0123456789`;
}

async function newPeople(count: number): Promise<string[]> {
  const db = await database();
  const ids = Array.from({ length: count }, () => `person-${randomBytes(8).toString("hex")}`);
  await db.insert(userTable).values(ids.map((id) => ({ id, name: "P", email: `${id}@example.com` })));
  return ids;
}

async function peopleWithKeys(count: number): Promise<string[]> {
  const ids = await newPeople(count);
  for (const userId of ids) {
    for (const provider of PROVIDERS) {
      await saveStoredKey({ userId }, { provider, apiKey: keyText(userId, provider) });
    }
  }
  return ids;
}

async function rotate(order: Partial<StartKeyRotation>, options: Partial<RunOptions> = {}) {
  const { id } = await startKeyRotation(OPERATOR, { kind: "data_keys", dryRun: false, ...order });
  const outcome = await runKeyRotation(id, {
    worker: randomBytes(4).toString("hex"),
    batchRows: 200,
    ...options,
  });
  const summary = (await listKeyRotations()).find((rotation) => rotation.id === id);
  if (!summary) throw new Error("the rotation is not listed");
  return { outcome, ...summary };
}

/** The columns in which these tests store something. */
async function usedColumns() {
  return (await vaultStatus()).columns.filter(({ total }) => total > 0);
}

async function opens(userId: string, provider: ProviderId): Promise<string> {
  const opened = await openStoredKey({ userId }, { provider });
  return opened.status === "ok" ? opened.key.reveal() : opened.status;
}

async function everyKeyOf(people: readonly string[]): Promise<string[]> {
  const texts: string[] = [];
  for (const userId of people) for (const provider of PROVIDERS) texts.push(await opens(userId, provider));
  return texts;
}

function expected(people: readonly string[]): string[] {
  return people.flatMap((userId) => PROVIDERS.map((provider) => keyText(userId, provider)));
}

async function setRing(...ids: string[]): Promise<void> {
  process.env["ENCRYPTION_KEYS"] = ids.map((id) => `${id}:${ringKeys.get(id) ?? ""}`).join(",");
}

const ringKeys = new Map(["k1", "k2", "k3"].map((id) => [id, randomBytes(32).toString("hex")]));

/**
 * What a rotation guarantees. On both databases: its locks and leases work with many connections or only one.
 */
export function keyRotationBattery(): void {
  describe("rotation", () => {
    let people: string[];
    beforeAll(async () => {
      await setRing("k1");
    });
    beforeEach(async () => {
      await setRing("k1");
      const db = await database();
      await db.delete(projectsTable);
      await db.delete(userTable);
      await db.delete(keyRotationsTable);
      people = await peopleWithKeys(6);
    });

    test("of the data keys: every value gets a new key, opens as before, and the old keys are destroyed", async () => {
      const db = await database();
      const before = await db.select().from(dataKeysTable).where(eq(dataKeysTable.state, "active"));
      const [project] = [await createProject({ userId: people[0] ?? "" }, { name: "P" })];
      const secret = { name: "TOKEN", value: "hunter2", note: "of the shop" };
      await saveProjectSecret({ userId: people[0] ?? "" }, project.id, secret);
      const rotation = await rotate({ kind: "data_keys" });
      expect(await listProjectSecrets({ userId: people[0] ?? "" }, project.id)).toMatchObject([
        { name: "TOKEN", note: "of the shop", status: "ok" },
      ]);
      expect(rotation).toMatchObject({ outcome: "finished", state: "completed", unreadable: 0 });
      expect(await everyKeyOf(people)).toEqual(expected(people));
      const after = await db.select().from(dataKeysTable);
      for (const old of before) {
        expect(after.find((key) => key.id === old.id)).toMatchObject({ state: "destroyed", wrapped: null });
      }
      const columns = await usedColumns();
      expect(columns.map(({ total, current, outdated }) => ({ total, current, outdated }))).toEqual([
        { total: 18, current: 18, outdated: 0 },
        { total: 1, current: 1, outdated: 0 },
      ]);
    });

    test("counts on each data key exactly what it sealed", async () => {
      await rotate({ kind: "data_keys" });
      const db = await database();
      const active = await db.select().from(dataKeysTable).where(eq(dataKeysTable.state, "active"));
      const ofPeople = active.filter((key) => people.includes(key.ownerId));
      expect(ofPeople.map((key) => key.seals)).toEqual(people.map(() => 3));
    });

    test("of the key-encryption key: data keys are rewrapped, values are not touched, and the old key is retired", async () => {
      const db = await database();
      const sealed = () =>
        db
          .select({ v: userAiApiKeysTable.apiKey })
          .from(userAiApiKeysTable)
          .orderBy(asc(userAiApiKeysTable.id));
      const before = await sealed();
      await setRing("k2", "k1");
      await expect(retireKeyEncryptionKey(OPERATOR, "k1")).rejects.toMatchObject({ code: "conflict" });
      await expect(retireKeyEncryptionKey(OPERATOR, "k2")).rejects.toThrow(/current/);
      const rotation = await rotate({ kind: "key_encryption_key" });
      expect(rotation).toMatchObject({ outcome: "finished", unreadable: 0, keyEncryptionKeyId: "k2" });
      expect(await sealed()).toEqual(before);
      expect((await vaultStatus()).keyEncryptionKeys).toMatchObject([
        { id: "k2", current: true },
        { id: "k1", current: false, dataKeys: 0, values: 0 },
      ]);
      await retireKeyEncryptionKey(OPERATOR, "k1");
      await setRing("k2");
      expect(await everyKeyOf(people)).toEqual(expected(people));
      await setRing("k1", "k2");
      await expect(refuseRetiredKeys()).rejects.toMatchObject({ code: "encryption_config_invalid" });
      await db.execute(sql`delete from retired_key_encryption_keys`);
      await setRing("k1", "k2");
      await rotate({ kind: "key_encryption_key" });
    });

    test("moves values of both earlier formats under data keys", async () => {
      const [userId = ""] = await newPeople(1);
      const db = await database();
      const context = { table: "user_ai_api_keys", column: "api_key", owner: userId, purpose: "openai" };
      await db.insert(userAiApiKeysTable).values({
        userId,
        provider: "openai",
        apiKey: encrypt(keyText(userId, "openai"), context),
        last4: "6789",
        fingerprint: "k1.x",
      });
      // The plan's format: iv(16) | tag(16) | ciphertext, base64, no additional data.
      const iv = randomBytes(16);
      const cipher = createCipheriv("aes-256-gcm", Buffer.from(ringKeys.get("k1") ?? "", "hex"), iv);
      const body = Buffer.concat([cipher.update(keyText(userId, "anthropic"), "utf8"), cipher.final()]);
      await db.insert(userAiApiKeysTable).values({
        userId,
        provider: "anthropic",
        apiKey: Buffer.concat([iv, cipher.getAuthTag(), body]).toString("base64"),
        last4: "6789",
        fingerprint: "k1.x",
      });
      const project = await createProject({ userId }, { name: "P" });
      await saveProjectSecret({ userId }, project.id, { name: "TOKEN", value: "replaced" });
      const secretContext = {
        table: "project_secrets",
        column: "value",
        owner: project.id,
        purpose: "TOKEN",
      };
      await db
        .update(projectSecretsTable)
        .set({ value: { text: encrypt("hunter2", secretContext) } })
        .where(eq(projectSecretsTable.projectId, project.id));
      expect((await usedColumns()).map((column) => column.earlierFormats)).toEqual([2, 1]);
      expect(await rotate({ kind: "key_encryption_key" })).toMatchObject({ changed: 3, unreadable: 0 });
      expect((await usedColumns()).map((column) => column.earlierFormats)).toEqual([0, 0]);
      expect(await opens(userId, "openai")).toBe(keyText(userId, "openai"));
      expect(await opens(userId, "anthropic")).toBe(keyText(userId, "anthropic"));
      expect(await rotate({ kind: "verify" })).toMatchObject({ unreadable: 0 });
    });

    test("a dry run writes nothing and says what it would do", async () => {
      const db = await database();
      const snapshot = async () => ({
        values: await db.select().from(userAiApiKeysTable).orderBy(asc(userAiApiKeysTable.id)),
        keys: await db.select().from(dataKeysTable).orderBy(asc(dataKeysTable.id)),
        state: await db.select().from(vaultStateTable),
      });
      const before = await snapshot();
      const rotation = await rotate({ kind: "data_keys", dryRun: true });
      expect(rotation).toMatchObject({ outcome: "finished", dryRun: true, unreadable: 0 });
      expect(rotation.changed).toBeGreaterThanOrEqual(people.length);
      expect(await snapshot()).toEqual(before);
    });

    test("a row that cannot be opened is marked, reported, keeps its data key, and stops nothing", async () => {
      const db = await database();
      const [broken = "", ...others] = people;
      await db
        .update(userAiApiKeysTable)
        .set({ apiKey: sql`left(api_key, -4) || 'AAAA'` })
        .where(sql`user_id = ${broken} and provider = 'openai'`);
      const rotation = await rotate({ kind: "data_keys" });
      expect(rotation).toMatchObject({ outcome: "finished", unreadable: 1 });
      expect(await findStoredKey({ userId: broken }, { provider: "openai" })).toMatchObject({
        status: "needs_reentry",
      });
      const row = await findStoredKey({ userId: broken }, { provider: "openai" });
      const failures = await db
        .select()
        .from(auditEventsTable)
        .where(eq(auditEventsTable.action, "value.open_failed"));
      expect(failures.filter(({ detail }) => JSON.stringify(detail).includes(row?.id ?? "?"))).toMatchObject([
        { actorId: "system:rotation", objectId: "user_ai_api_keys.api_key", detail: { rows: [row?.id] } },
      ]);
      expect(await opens(broken, "anthropic")).toBe(keyText(broken, "anthropic"));
      expect(await everyKeyOf(others)).toEqual(expected(others));
      const keys = await db.select().from(dataKeysTable).where(eq(dataKeysTable.ownerId, broken));
      expect(keys.map((key) => key.state).toSorted()).toEqual(["active", "decrypt_only"]);
      // Entered again, it is readable, and the next rotation destroys the data key it kept.
      await saveStoredKey({ userId: broken }, { provider: "openai", apiKey: keyText(broken, "openai") });
      expect(await rotate({ kind: "data_keys" })).toMatchObject({ unreadable: 0 });
      expect(await opens(broken, "openai")).toBe(keyText(broken, "openai"));
    });

    test("values saved, replaced and deleted during a rotation stay as people left them", async () => {
      const [replaced = "", deleted = "", ...rest] = people;
      const [added = ""] = await newPeople(1);
      const { id } = await startKeyRotation(OPERATOR, { kind: "data_keys", dryRun: false });
      const running = runKeyRotation(id, { worker: "w", batchRows: 1 });
      const changes = (async () => {
        for (let version = 2; version < 12; version += 1) {
          await saveStoredKey(
            { userId: replaced },
            { provider: "openai", apiKey: keyText(replaced, "openai", version) },
          );
        }
        await deleteStoredKeysOf({ userId: deleted }, "openai");
        await saveStoredKey({ userId: added }, { provider: "openai", apiKey: keyText(added, "openai") });
      })();
      const failures: string[] = [];
      const reading = (async () => {
        for (let round = 0; round < 10; round += 1) {
          for (const userId of rest) {
            const text = await opens(userId, "anthropic");
            if (text !== keyText(userId, "anthropic")) failures.push(text);
          }
        }
      })();
      const [outcome] = await Promise.all([running, changes, reading]);
      expect(outcome).toBe("finished");
      expect(failures).toEqual([]);
      expect(await opens(replaced, "openai")).toBe(keyText(replaced, "openai", 11));
      expect(await opens(deleted, "openai")).toBe("not_configured");
      expect(await opens(added, "openai")).toBe(keyText(added, "openai"));
      const db = await database();
      const [state] = await db.select().from(vaultStateTable);
      const fresh = await db.select().from(dataKeysTable).where(eq(dataKeysTable.state, "active"));
      for (const key of fresh) {
        expect(key.generation).toBe(state?.dataKeyGeneration);
      }
      expect((await vaultStatus()).columns[0]).toMatchObject({ outdated: 0, unreadable: 0 });
    });

    test("a clock of the database that steps back makes no new key look old, and no old one new", async () => {
      const [userId = ""] = people;
      await rotate({ kind: "data_keys" });
      const db = await database();
      await db.update(dataKeysTable).set({ createdAt: new Date(0) });
      const keysOf = () =>
        db
          .select()
          .from(dataKeysTable)
          .where(eq(dataKeysTable.ownerId, userId))
          .orderBy(asc(dataKeysTable.id));
      const before = await keysOf();
      await saveStoredKey({ userId }, { provider: "openai", apiKey: keyText(userId, "openai", 2) });
      expect((await keysOf()).map((key) => key.id)).toEqual(before.map((key) => key.id));
      await db.update(dataKeysTable).set({ createdAt: new Date("2100-01-01") });
      expect(await rotate({ kind: "data_keys" })).toMatchObject({ outcome: "finished" });
      const after = await keysOf();
      for (const old of before) {
        expect(after.find((key) => key.id === old.id)).toMatchObject({ state: "destroyed", wrapped: null });
      }
      expect(await opens(userId, "openai")).toBe(keyText(userId, "openai", 2));
    });

    test("from its start on, new values use new keys, before it has done anything", async () => {
      const [userId = ""] = people;
      const db = await database();
      await startKeyRotation(OPERATOR, { kind: "data_keys", dryRun: false });
      await saveStoredKey({ userId }, { provider: "openai", apiKey: keyText(userId, "openai", 2) });
      const keys = await db.select().from(dataKeysTable).where(eq(dataKeysTable.ownerId, userId));
      expect(keys.map((key) => key.state).toSorted()).toEqual(["active", "decrypt_only"]);
    });

    test("two workers at once: one works, the other finds it busy, and nothing is done twice", async () => {
      const { id } = await startKeyRotation(OPERATOR, { kind: "data_keys", dryRun: false });
      const outcomes = await Promise.all(
        ["a", "b", "c"].map((worker) => runKeyRotation(id, { worker, batchRows: 1 })),
      );
      expect(outcomes.toSorted()).toEqual(["busy", "busy", "finished"]);
      expect(await everyKeyOf(people)).toEqual(expected(people));
      const db = await database();
      const active = await db.select().from(dataKeysTable).where(eq(dataKeysTable.state, "active"));
      expect(active.filter((key) => people.includes(key.ownerId)).map((key) => key.seals)).toEqual(
        people.map(() => 3),
      );
    });

    test("a second start finds the running one; another kind is refused; cancelling ends it where it is", async () => {
      const order = { kind: "data_keys", dryRun: false } as const;
      const first = await startKeyRotation(OPERATOR, order);
      expect(await startKeyRotation(OPERATOR, order)).toEqual({ id: first.id, alreadyRunning: true });
      await expect(startKeyRotation(OPERATOR, { kind: "verify", dryRun: false })).rejects.toMatchObject({
        code: "conflict",
      });
      await cancelKeyRotation(OPERATOR, first.id);
      expect(await runKeyRotation(first.id, { worker: "w" })).toBe("not_running");
      await expect(cancelKeyRotation(OPERATOR, first.id)).rejects.toMatchObject({ code: "not_found" });
      expect(await rotate({ kind: "data_keys" })).toMatchObject({ outcome: "finished" });
    });

    test("stopped between two batches, it resumes where it was", async () => {
      const { id } = await startKeyRotation(OPERATOR, { kind: "data_keys", dryRun: false });
      let slices = 0;
      let outcome = "stopped";
      while (outcome === "stopped" && slices < 200) {
        slices += 1;
        // Stops after the first batch: the signal is checked before the second.
        const signal = slices % 2 ? stopAfterFirstBatch() : undefined;
        outcome = await runKeyRotation(id, {
          worker: `w${slices}`,
          batchRows: 1,
          ...(signal ? { signal } : {}),
        });
      }
      expect(outcome).toBe("finished");
      expect(slices).toBeGreaterThan(1);
      expect(await everyKeyOf(people)).toEqual(expected(people));
    });

    test("the audit chain of all that verifies, before and after its own key was rotated", async () => {
      await chainAll();
      await rotate({ kind: "data_keys" });
      await chainAll();
      const report = await verifyAudit(OPERATOR);
      expect(report).toMatchObject({ ok: true, problems: [], pending: 0 });
      expect(report.records).toBeGreaterThan(20);
      const db = await database();
      const verified = await db
        .select()
        .from(auditEventsTable)
        .where(eq(auditEventsTable.action, "audit.verified"));
      expect(verified).toMatchObject([
        { actorId: "system:operator", detail: { ok: true, records: report.records, problems: 0 } },
      ]);
    });
  });
}

/** A signal that is not aborted at the first check, and aborted from then on. */
function stopAfterFirstBatch(): AbortSignal {
  const controller = new AbortController();
  let looks = 0;
  return new Proxy(controller.signal, {
    get(target, property) {
      if (property === "aborted") return (looks += 1) > 1;
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

async function chainAll(): Promise<void> {
  await flushAuditEvents();
  while ((await chainAuditEvents(auditMacKeys)) > 0);
}

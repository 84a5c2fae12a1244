import { randomUUID } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { PERSON_MAX_KEYS } from "@/contracts/limits";
import type { Actor } from "@/domain/identity/actor";
import { changeKey } from "@/domain/keys/change-key";
import { noteKeyHealth } from "@/domain/keys/health/note-key-health";
import { listKeys } from "@/domain/keys/list-keys";
import { previewKeyDeletion } from "@/domain/keys/preview-key-deletion";
import {
  deleteExpiredPreviousSecrets,
  deletePreviousSecret,
  switchToPreviousSecret,
} from "@/domain/keys/previous-secret";
import { addStoredKey } from "@/domain/keys/sources/stored/add-stored-key";
import { deleteStoredKey, deleteStoredKeysOf } from "@/domain/keys/sources/stored/delete-stored-key";
import { requireStoredKey } from "@/domain/keys/sources/stored/find-stored-key";
import { openStoredKey } from "@/domain/keys/sources/stored/open-stored-key";
import { replaceStoredKey } from "@/domain/keys/sources/stored/replace-stored-key";
import { saveStoredKey } from "@/domain/keys/sources/stored/save-stored-key";
import { recordUsage } from "@/domain/metering/record-usage";
import { createProject } from "@/domain/projects/create-project";
import { appendMessages } from "@/domain/projects/threads/append-messages";
import { flushAuditEvents } from "@/domain/vault/audit/audit-queue";
import { cipherHere } from "@/domain/vault/rotation/cipher-here";
import { resealValues } from "@/domain/vault/rotation/reseal-values";
import { runKeyRotation } from "@/domain/vault/rotation/run-key-rotation";
import { startKeyRotation } from "@/domain/vault/rotation/start-key-rotation";
import { API_KEYS } from "@/domain/vault/sealing/sealed-columns";
import { database } from "@/lib/db/client";
import {
  auditEventsTable,
  dataKeysTable,
  keyRotationsTable,
  userAiApiKeysTable,
  userTable,
} from "@/lib/db/schema";
import { usageRow } from "../support/usage-row";

const FIRST = "sk-ant-api03-several-keys-battery-number-one-wXyZ";
const SECOND = "sk-ant-api03-several-keys-battery-number-two-QrSt";
const ENDPOINT = "https://llm.example.com/v1";

async function newPerson(): Promise<Actor> {
  const userId = `person-${randomUUID()}`;
  const db = await database();
  await db.insert(userTable).values({ id: userId, name: "P", email: `${userId}@example.com` });
  return { userId };
}

async function add(actor: Actor, apiKey: string, label: string): Promise<string> {
  return addStoredKey(actor, { provider: "anthropic", apiKey, label });
}

async function opens(actor: Actor, keyId?: string, purpose: "chat" | "test" = "chat"): Promise<string> {
  const opened = await openStoredKey(actor, { provider: "anthropic", keyId }, purpose);
  return opened.status === "ok" ? opened.key.reveal() : opened.status;
}

async function secretOf(actor: Actor, keyId: string): Promise<string> {
  return (await requireStoredKey(actor, keyId)).secretId;
}

async function trailOf(actor: Actor) {
  await flushAuditEvents();
  const db = await database();
  return db.select().from(auditEventsTable).where(eq(auditEventsTable.actorId, actor.userId));
}

async function rowsOf(actor: Actor) {
  const db = await database();
  return db.select().from(userAiApiKeysTable).where(eq(userAiApiKeysTable.userId, actor.userId));
}

/** What holding several keys guarantees, on whichever database `database()` is connected to. */
export function severalKeysBattery(): void {
  describe("several keys of one person", () => {
    let ada: Actor;
    beforeEach(async () => {
      ada = await newPerson();
    });

    test("each opens by its id, and without one the default does", async () => {
      const first = await add(ada, FIRST, "Work");
      const second = await add(ada, SECOND, "Private");
      expect(await listKeys(ada)).toMatchObject([
        { id: first, label: "Work", last4: "wXyZ", isDefault: true, kept: "stored", health: null },
        { id: second, label: "Private", last4: "QrSt", isDefault: false },
      ]);
      expect([await opens(ada), await opens(ada, first), await opens(ada, second)]).toEqual([
        FIRST,
        FIRST,
        SECOND,
      ]);
      await changeKey(ada, second, { isDefault: true });
      expect(await opens(ada)).toBe(SECOND);
      expect((await listKeys(ada)).filter((key) => key.isDefault)).toHaveLength(1);
    });

    test("saving without a name replaces the default one and leaves the others alone", async () => {
      const first = await saveStoredKey(ada, { provider: "anthropic", apiKey: FIRST });
      const second = await add(ada, SECOND, "Private");
      const replacement = `${FIRST}-again`;
      expect(await saveStoredKey(ada, { provider: "anthropic", apiKey: replacement })).toBe(first);
      expect([await opens(ada), await opens(ada, second)]).toEqual([replacement, SECOND]);
      expect(await listKeys(ada)).toMatchObject([{ label: "Anthropic key" }, { label: "Private" }]);
    });

    test("the sealed texts of two keys of one person and provider cannot be swapped", async () => {
      const first = await add(ada, FIRST, "Work");
      const second = await add(ada, SECOND, "Private");
      const db = await database();
      const sealed = (await rowsOf(ada)).find(({ id }) => id === first)?.apiKey ?? "";
      await db.update(userAiApiKeysTable).set({ apiKey: sealed }).where(eq(userAiApiKeysTable.id, second));
      expect([await opens(ada, second), await opens(ada, first)]).toEqual(["cannot_decrypt", FIRST]);
    });

    test("a key of another provider or of another person is not found", async () => {
      const id = await add(ada, FIRST, "Work");
      const bob = await newPerson();
      expect(await openStoredKey(ada, { provider: "openai", keyId: id })).toEqual({
        status: "not_configured",
      });
      expect(await opens(bob, id)).toBe("not_configured");
      const gone = { code: "not_found" };
      await expect(changeKey(bob, id, { label: "Mine" })).rejects.toMatchObject(gone);
      await expect(deleteStoredKey(bob, id)).rejects.toMatchObject(gone);
      await expect(previewKeyDeletion(bob, id)).rejects.toMatchObject(gone);
      await expect(switchToPreviousSecret(bob, id)).rejects.toMatchObject(gone);
      await expect(
        replaceStoredKey(bob, id, { apiKey: SECOND, keepPreviousHours: 24 }),
      ).rejects.toMatchObject(gone);
      await expect(deletePreviousSecret(bob, id)).rejects.toMatchObject(gone);
      expect(await opens(ada, id)).toBe(FIRST);
    });

    test("a message with a disabled key is refused, and no other key is used; it can be tested and enabled", async () => {
      const first = await add(ada, FIRST, "Work");
      await add(ada, SECOND, "Private");
      await changeKey(ada, first, { disabled: true });
      expect([await opens(ada), await opens(ada, first, "test")]).toEqual(["disabled", FIRST]);
      await changeKey(ada, first, { disabled: false, label: "At work" });
      expect(await opens(ada)).toBe(FIRST);
      expect((await listKeys(ada))[0]?.label).toBe("At work");
    });

    test("when the default is deleted, the oldest remaining key becomes the default", async () => {
      const [first, second] = [await add(ada, FIRST, "Work"), await add(ada, SECOND, "Private")];
      expect(await previewKeyDeletion(ada, first)).toMatchObject({
        nextDefault: { id: second, label: "Private", last4: "QrSt" },
        isLast: false,
      });
      await deleteStoredKey(ada, first);
      expect([await opens(ada), await opens(ada, first)]).toEqual([SECOND, "not_configured"]);
      expect(await previewKeyDeletion(ada, second)).toMatchObject({ nextDefault: null, isLast: true });
      await deleteStoredKeysOf(ada, "anthropic");
      await deleteStoredKeysOf(ada, "anthropic");
      expect(await rowsOf(ada)).toEqual([]);
      const deleted = (await trailOf(ada)).filter(({ action }) => action === "ai_key.deleted");
      expect(deleted.map(({ objectId }) => objectId)).toEqual([first, second]);
    });

    test("the preview of a deletion names what used the key", async () => {
      const id = await add(ada, FIRST, "Work");
      const project = await createProject(ada, { name: "Shop" });
      const threadId = randomUUID();
      const question = { id: "m1", role: "user", parts: [{ type: "text", text: "Build it" }] } as const;
      const messages = [{ ...question, parts: [...question.parts] }];
      await appendMessages(ada, { projectId: project.id, threadId, sent: { messages } });
      const key = { id, label: "Work", last4: "wXyZ", baseUrl: null, secretId: "x" };
      const selection = { payer: "person", provider: "anthropic", model: "claude-haiku-4-5" } as const;
      const answer = () => ({ ...ada, projectId: project.id, runId: randomUUID(), threadId, selection });
      const cost = { microUsd: 1_500, source: "estimated" } as const;
      const request = (of = key) => usageRow({ key: of, cost });
      // An answer of two requests, one of a single request, and one of another key.
      await recordUsage(answer(), [request(), request()]);
      await recordUsage(answer(), [request()]);
      await recordUsage(answer(), [request({ ...key, id: randomUUID() })]);
      expect(await previewKeyDeletion(ada, id)).toMatchObject({
        threads: [{ id: threadId, title: "Build it", projectName: "Shop" }],
        threadCount: 1,
        answerCount: 2,
        microUsd: 4_500,
      });
    });

    test("a person can have many keys, up to a limit", async () => {
      const db = await database();
      const [row] = [await add(ada, FIRST, "Work")];
      const [made] = await rowsOf(ada);
      if (!made) throw new Error("no row");
      await db.insert(userAiApiKeysTable).values(
        Array.from({ length: PERSON_MAX_KEYS - 1 }, (_, number) => ({
          ...made,
          id: randomUUID(),
          sealPurpose: `anthropic:${number}`,
          isDefault: false,
        })),
      );
      await expect(add(ada, SECOND, "One too many")).rejects.toMatchObject({ code: "limit_reached" });
      await deleteStoredKey(ada, row);
      await add(ada, SECOND, "Fits");
    });

    test("added concurrently: each is saved, one is the default, one record each", async () => {
      const labels = Array.from({ length: 8 }, (_, number) => `Key ${number}`);
      const ids = await Promise.all(labels.map((label) => add(ada, `${FIRST}-${label.at(-1)}`, label)));
      expect((await listKeys(ada)).filter((key) => key.isDefault)).toHaveLength(1);
      await Promise.all(ids.map((id) => changeKey(ada, id, { isDefault: true })));
      const keys = await listKeys(ada);
      expect(keys.filter((key) => key.isDefault)).toHaveLength(1);
      expect(keys.map(({ label }) => label).toSorted()).toEqual(labels);
      expect((await trailOf(ada)).filter(({ action }) => action === "ai_key.saved")).toHaveLength(8);
    });
  });

  describe("concurrent changes of keys", () => {
    const ROUNDS = 12;

    test("deletes, adds, saves and chooses a default without a deadlock, and one default is left", async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const eve = await newPerson();
        const ids = [await add(eve, FIRST, "A"), await add(eve, FIRST, "B"), await add(eve, FIRST, "C")];
        const [first = "", second = "", third = ""] = ids;
        const done = await Promise.allSettled([
          changeKey(eve, third, { isDefault: true }),
          deleteStoredKey(eve, first),
          changeKey(eve, second, { label: "renamed" }),
          saveStoredKey(eve, { provider: "anthropic", apiKey: SECOND }),
          add(eve, SECOND, "D"),
          changeKey(eve, second, { isDefault: true }),
        ]);
        expect(done.filter(({ status }) => status === "rejected")).toEqual([]);
        expect((await listKeys(eve)).filter((key) => key.isDefault)).toHaveLength(1);
      }
    });

    test("a key that is added while the only one is deleted is the default", async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const eve = await newPerson();
        const only = await add(eve, FIRST, "A");
        const remove = round % 2 === 0 ? deleteStoredKey(eve, only) : deleteStoredKeysOf(eve, "anthropic");
        await Promise.all([remove, add(eve, SECOND, "B")]);
        const left = await listKeys(eve);
        expect(left.filter((key) => key.isDefault)).toHaveLength(left.length > 0 ? 1 : 0);
      }
    });
  });

  describe("a replaced key", () => {
    let ada: Actor;
    let id: string;
    beforeEach(async () => {
      ada = await newPerson();
      id = await add(ada, FIRST, "Work");
      await replaceStoredKey(ada, id, { apiKey: SECOND, keepPreviousHours: 24 });
    });

    test("keeps its id, name and place; the previous secret is kept and can be switched back to, and forth", async () => {
      expect(await opens(ada, id)).toBe(SECOND);
      expect(await listKeys(ada)).toMatchObject([
        { id, label: "Work", last4: "QrSt", isDefault: true, previous: { last4: "wXyZ" } },
      ]);
      await switchToPreviousSecret(ada, id);
      expect(await opens(ada, id)).toBe(FIRST);
      expect(await listKeys(ada)).toMatchObject([{ last4: "wXyZ", previous: { last4: "QrSt" } }]);
      await switchToPreviousSecret(ada, id);
      expect(await opens(ada)).toBe(SECOND);
      expect(await rowsOf(ada)).toHaveLength(2);
    });

    test("is switched back without anything being opened", async () => {
      const before = await trailOf(ada);
      await switchToPreviousSecret(ada, id);
      const added = (await trailOf(ada)).slice(before.length).map(({ action }) => action);
      expect(added).toEqual(["ai_key.switched_back"]);
    });

    test("has one previous secret at most, or none if none is wanted", async () => {
      await replaceStoredKey(ada, id, { apiKey: `${FIRST}-3`, keepPreviousHours: 1 });
      expect(await listKeys(ada)).toMatchObject([{ previous: { last4: "QrSt" } }]);
      await replaceStoredKey(ada, id, { apiKey: `${FIRST}-4`, keepPreviousHours: 0 });
      expect(await listKeys(ada)).toMatchObject([{ last4: "yZ-4", previous: null }]);
      expect(await rowsOf(ada)).toHaveLength(1);
      await expect(switchToPreviousSecret(ada, id)).rejects.toMatchObject({ code: "not_found" });
    });

    test("loses its previous secret when it expires, or sooner", async () => {
      const db = await database();
      const previous = and(eq(userAiApiKeysTable.userId, ada.userId), eq(userAiApiKeysTable.previousOf, id));
      await db
        .update(userAiApiKeysTable)
        .set({ availableUntil: new Date(Date.now() - 1000) })
        .where(previous);
      expect(await listKeys(ada)).toMatchObject([{ previous: null }]);
      await expect(switchToPreviousSecret(ada, id)).rejects.toMatchObject({ code: "not_found" });
      expect(await deleteExpiredPreviousSecrets()).toBe(1);
      expect(await rowsOf(ada)).toHaveLength(1);
      await replaceStoredKey(ada, id, { apiKey: FIRST, keepPreviousHours: 24 });
      await deletePreviousSecret(ada, id);
      await deletePreviousSecret(ada, id);
      expect(await rowsOf(ada)).toHaveLength(1);
      expect(await opens(ada, id)).toBe(FIRST);
    });

    test("is deleted together with its previous secret", async () => {
      await deleteStoredKey(ada, id);
      expect(await rowsOf(ada)).toEqual([]);
    });

    test("a failed attempt to open one secret does not mark the other", async () => {
      const tried = { id, secretId: await secretOf(ada, id) };
      await noteKeyHealth(ada, tried, "invalid", "chat");
      await switchToPreviousSecret(ada, id);
      expect(await listKeys(ada)).toMatchObject([{ health: null, hasNotice: false }]);
      await noteKeyHealth(ada, tried, "no_credit", "chat");
      expect(await listKeys(ada)).toMatchObject([{ health: null }]);
    });

    test("a rotation moves both secrets to the new data key, also when they change places in the middle", async () => {
      const { id: rotationId } = await startKeyRotation(
        { system: "operator" },
        { kind: "data_keys", dryRun: false },
      );
      const db = await database();
      await db
        .update(dataKeysTable)
        .set({ state: "decrypt_only" })
        .where(eq(dataKeysTable.ownerId, ada.userId));
      const [rotation] = await db
        .select()
        .from(keyRotationsTable)
        .where(eq(keyRotationsTable.id, rotationId));
      if (!rotation) throw new Error("no rotation");
      // Between reading a batch and writing it, which no test can time.
      const batch = await resealValues(API_KEYS)(rotation, null, 200, cipherHere, () => undefined);
      await switchToPreviousSecret(ada, id);
      expect(await db.transaction((tx) => batch.write(tx))).toMatchObject({ again: true });
      expect(await runKeyRotation(rotationId, { worker: "battery", batchRows: 200 })).toBe("finished");
      const named = new Set((await rowsOf(ada)).map(({ apiKey }) => apiKey.split(".")[1]));
      expect(named.size).toBe(1);
      expect(await opens(ada, id)).toBe(FIRST);
      await switchToPreviousSecret(ada, id);
      expect(await opens(ada, id)).toBe(SECOND);
    });
  });

  describe("what is known about a key", () => {
    let ada: Actor;
    let key: { id: string; secretId: string };
    const health = async () => {
      const [listed] = await listKeys(ada);
      return {
        outcome: listed?.health?.outcome,
        error: listed?.lastError?.outcome,
        notice: listed?.hasNotice,
      };
    };
    beforeEach(async () => {
      ada = await newPerson();
      const id = await add(ada, FIRST, "Work");
      key = { id, secretId: await secretOf(ada, id) };
    });

    test("its owner is notified once that it fails, and again only when it fails in another way", async () => {
      await noteKeyHealth(ada, key, "invalid", "chat");
      expect(await health()).toEqual({ outcome: "invalid", error: "invalid", notice: true });
      await changeKey(ada, key.id, { noticeSeen: true });
      await noteKeyHealth(ada, key, "invalid", "chat");
      expect(await health()).toMatchObject({ notice: false });
      await noteKeyHealth(ada, key, "no_credit", "chat");
      expect(await health()).toMatchObject({ outcome: "no_credit", notice: true });
    });

    test("a temporary failure in between does not repeat the notice, and an inconclusive test does not end it", async () => {
      await noteKeyHealth(ada, key, "invalid", "chat");
      await noteKeyHealth(ada, key, "unreachable", "test");
      expect(await health()).toMatchObject({ notice: true });
      await changeKey(ada, key.id, { noticeSeen: true });
      await noteKeyHealth(ada, key, "unknown", "chat");
      await noteKeyHealth(ada, key, "invalid", "chat");
      expect(await health()).toMatchObject({ outcome: "invalid", notice: false });
      await noteKeyHealth(ada, key, "ok", "chat");
      await noteKeyHealth(ada, key, "invalid", "chat");
      expect(await health()).toMatchObject({ notice: true });
    });

    test("a temporary failure is no reason for a notice, and a good answer ends one", async () => {
      await noteKeyHealth(ada, key, "rate_limited", "chat");
      expect(await health()).toEqual({ outcome: "rate_limited", error: "rate_limited", notice: false });
      await noteKeyHealth(ada, key, "invalid", "chat");
      await noteKeyHealth(ada, key, "ok", "chat");
      expect(await health()).toEqual({ outcome: "ok", error: "invalid", notice: false });
    });

    test("a test notes its time and changes nothing else that is stored", async () => {
      const [before] = await rowsOf(ada);
      await noteKeyHealth(ada, key, "unreachable", "test");
      const [after] = await rowsOf(ada);
      expect(after).toEqual({
        ...before,
        health: "unreachable",
        healthAt: expect.any(Date),
        lastTestedAt: expect.any(Date),
        lastError: "unreachable",
        lastErrorAt: expect.any(Date),
      });
    });
  });

  describe("a key for a custom endpoint", () => {
    test("belongs to its address: in a row that names another it does not open", async () => {
      const ada = await newPerson();
      const provider = "openai-compatible";
      const id = await addStoredKey(ada, { provider, apiKey: FIRST, label: "vLLM", baseUrl: `${ENDPOINT}/` });
      const open = () => openStoredKey(ada, { provider, keyId: id });
      expect(await open()).toMatchObject({ status: "ok", baseUrl: ENDPOINT });
      const db = await database();
      const set = (baseUrl: string | null) =>
        db.update(userAiApiKeysTable).set({ baseUrl }).where(eq(userAiApiKeysTable.id, id));
      for (const address of ["https://attacker.example/v1", `${ENDPOINT}2`, null]) {
        await set(address);
        expect(await open()).toEqual({ status: "cannot_decrypt" });
      }
      await set(ENDPOINT);
      expect(await open()).toMatchObject({ status: "ok" });
    });

    test("is not sealed for an address it was not tested for", async () => {
      const ada = await newPerson();
      const provider = "openai-compatible";
      const id = await addStoredKey(ada, { provider, apiKey: FIRST, label: "vLLM", baseUrl: ENDPOINT });
      const elsewhere = "https://other.example.com/v1";
      const put = { apiKey: SECOND, keepPreviousHours: 0 } as const;
      await replaceStoredKey(ada, id, { ...put, baseUrl: elsewhere }, elsewhere);
      // Tested for the key's old address.
      await expect(replaceStoredKey(ada, id, put, ENDPOINT)).rejects.toMatchObject({ code: "conflict" });
      await replaceStoredKey(ada, id, put, elsewhere);
      expect(await openStoredKey(ada, { provider, keyId: id })).toMatchObject({ baseUrl: elsewhere });
    });

    test.each([
      ["http://127.0.0.1:11434/v1", "endpoint_refused"],
      ["https://169.254.169.254/latest", "endpoint_refused"],
      ["not an address", "endpoint_refused"],
      [undefined, "invalid_request"],
    ])("%s is refused before anything is sealed", async (baseUrl, code) => {
      const ada = await newPerson();
      const key = { provider: "openai-compatible", apiKey: FIRST, label: "x", baseUrl };
      await expect(addStoredKey(ada, key)).rejects.toMatchObject({ code });
      expect(await rowsOf(ada)).toEqual([]);
    });

    test("an address for a provider that has its own is refused", async () => {
      const ada = await newPerson();
      await expect(
        addStoredKey(ada, { provider: "anthropic", apiKey: FIRST, label: "x", baseUrl: ENDPOINT }),
      ).rejects.toMatchObject({ code: "invalid_request" });
      await expect(
        saveStoredKey(ada, { provider: "openai-compatible", apiKey: FIRST }),
      ).rejects.toMatchObject({
        code: "invalid_request",
      });
      await expect(saveStoredKey(ada, { provider: "nobody", apiKey: FIRST })).rejects.toMatchObject({
        code: "unknown_provider",
      });
    });
  });
}

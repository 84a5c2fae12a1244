import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Actor } from "@/domain/identity/actor";
import { finishConnection } from "@/domain/keys/connections/finish-connection";
import { startConnection } from "@/domain/keys/connections/start-connection";
import { deleteKey } from "@/domain/keys/delete-key";
import { testOwnKey, testPastedKey } from "@/domain/keys/health/test-key";
import { openPayingKey } from "@/domain/keys/open-paying-key";
import { requirePersonalKey } from "@/domain/keys/require-personal-key";
import { addSessionKey } from "@/domain/keys/sources/session/add-session-key";
import { sessionKeys } from "@/domain/keys/sources/session/session-keys";
import { addStoredKey } from "@/domain/keys/sources/stored/add-stored-key";
import { providerById } from "@/domain/providers/registry";
import { closeAuditQueue, flushAuditEvents, openAuditQueue } from "@/domain/vault/audit/audit-queue";
import { authorityKey } from "@/lib/auth/authority/authority-key";
import { database } from "@/lib/db/client";
import { auditEventsTable, sessionTable, userTable } from "@/lib/db/schema";
import { type ReplayServer, replay, startReplayServer } from "../wire-fixtures/replay-server";
import { useDatabase } from "./use-database";

useDatabase("embedded");

const KEY = { provider: "openai", apiKey: "sk-recorded-before-0123456789-wXyZ", label: "" };

let provider: ReplayServer;
let ada: Actor & { sessionId: string };

beforeAll(async () => {
  provider = await startReplayServer();
  const { origin } = new URL(provider.connect(providerById("openai")).baseUrl);
  Object.assign(process.env, { OPENAI_BASE_URL: origin, OPENROUTER_BASE_URL: origin });
  await authorityKey();
});
afterAll(() => provider.close());
beforeEach(async () => {
  provider.answer(replay(200, { object: "list", data: [] }));
  const db = await database();
  const [userId, sessionId, token] = [randomUUID(), randomUUID(), randomUUID()];
  const expiresAt = new Date(Date.now() + 3_600_000);
  await db.insert(userTable).values({ id: userId, name: "Ada", email: `${userId}@example.com` });
  await db.insert(sessionTable).values({ id: sessionId, token, userId, expiresAt });
  ada = { userId, sessionId };
});
afterEach(() => openAuditQueue());

async function actionsOn(objectId: string): Promise<string[]> {
  await flushAuditEvents();
  const db = await database();
  const rows = await db.select().from(auditEventsTable).where(eq(auditEventsTable.objectId, objectId));
  return rows.map(({ action }) => action).toSorted();
}

const UNAVAILABLE = { name: "AppError", code: "unavailable" };
const heldIds = async () => (await sessionKeys.list(ada)).map(({ id }) => id);

describe("while no records are taken", () => {
  test("a key is not held for a session", async () => {
    await closeAuditQueue();
    await expect(addSessionKey(ada, KEY)).rejects.toMatchObject(UNAVAILABLE);
    expect(await heldIds()).toEqual([]);
  });

  test("a key of a session is neither opened nor removed", async () => {
    const id = await addSessionKey(ada, KEY);
    await closeAuditQueue();
    const key = await requirePersonalKey(ada, id);
    await expect(openPayingKey(ada, key, "chat")).rejects.toMatchObject(UNAVAILABLE);
    await expect(deleteKey(ada, id)).rejects.toMatchObject(UNAVAILABLE);
    expect(await heldIds()).toEqual([id]);
  });

  test("an account that is connected is saved together with its record", async () => {
    provider.answer(replay(200, { key: "sk-or-v1-recorded-before-0123456789" }));
    const page = new URL(await startConnection(ada, "openrouter"));
    const state = new URL(page.searchParams.get("callback_url") ?? "").searchParams.get("state");
    await closeAuditQueue();
    const id = await finishConnection(ada, "openrouter", { state, code: "a-code" });
    expect(await actionsOn(id)).toEqual(["ai_key.connected", "ai_key.saved"]);
  });

  test("no key is tested", async () => {
    const held = await addSessionKey(ada, KEY);
    const saved = await addStoredKey(ada, KEY);
    await closeAuditQueue();
    await expect(testPastedKey(ada, KEY)).rejects.toMatchObject(UNAVAILABLE);
    await expect(testOwnKey(ada, held)).rejects.toMatchObject(UNAVAILABLE);
    await expect(testOwnKey(ada, saved)).rejects.toMatchObject(UNAVAILABLE);
    expect(provider.arrived).toEqual([]);
  });
});

test("a test of two requests leaves one record of a test", async () => {
  const id = await addSessionKey(ada, KEY);
  provider.answer({
    "GET /v1/models": replay(403, {
      error: { message: "Missing scopes: api.model.read", type: "invalid_request_error", code: null },
    }),
    "POST /v1/chat/completions": replay(400, {
      error: { message: "[] is too short - 'messages'", type: "invalid_request_error", code: null },
    }),
  });
  expect(await testOwnKey(ada, id)).toMatchObject({ outcome: "ok" });
  expect(provider.arrived).toHaveLength(2);
  expect(await actionsOn(id)).toEqual(["ai_key.held", "ai_key.tested", "value.opened", "value.opened"]);
});

test("a key that arrives when its session has just ended is not held", async () => {
  const db = await database();
  await db.delete(sessionTable).where(eq(sessionTable.id, ada.sessionId));
  await expect(addSessionKey(ada, KEY)).rejects.toMatchObject({ code: "unauthorized" });
  expect(await heldIds()).toEqual([]);
});

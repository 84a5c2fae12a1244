import { randomBytes, randomUUID } from "node:crypto";
import { eq, inArray } from "drizzle-orm";
import { Client } from "pg";
import { afterEach, describe, expect, test } from "vitest";
import type { ProviderId } from "@/contracts/provider";
import { saveStoredKey } from "@/domain/keys/sources/stored/save-stored-key";
import { createProject } from "@/domain/projects/create-project";
import { deleteProject } from "@/domain/projects/delete-project";
import { saveProjectSecret } from "@/domain/projects/secrets/save-project-secret";
import { appendMessages } from "@/domain/projects/threads/append-messages";
import { storeEnd } from "@/domain/runs/store-end";
import { sealInTransaction } from "@/domain/vault/data-keys/seal-in-transaction";
import { runKeyRotation } from "@/domain/vault/rotation/run-key-rotation";
import { startKeyRotation } from "@/domain/vault/rotation/start-key-rotation";
import { sealText } from "@/domain/vault/sealing/seal-text";
import { API_KEYS } from "@/domain/vault/sealing/sealed-columns";
import { deleteAccount as deleteAccountOf } from "@/lib/auth/delete-account";
import { database } from "@/lib/db/client";
import { dataKeysTable, keyRotationsTable, userAiApiKeysTable, userTable } from "@/lib/db/schema";
import { sqlStateOf } from "@/lib/db/sql-state";
import { usageRow } from "../support/usage-row";
import { untilWaiting } from "./until-waiting";
import { useDatabase } from "./use-database";

useDatabase("postgres");

const OPERATOR = { system: "operator" } as const;
const PROVIDERS: ProviderId[] = ["anthropic", "openai", "openrouter"];
const ROUNDS = 25;

afterEach(async () => {
  const db = await database();
  await db.delete(keyRotationsTable);
  await db.delete(userTable);
  await db.delete(dataKeysTable);
});

interface Person {
  userId: string;
  projects: string[];
}

/** A person with a provider key, and two projects with a secret each. */
async function newPerson(userId = `person-${randomBytes(8).toString("hex")}`): Promise<Person> {
  const db = await database();
  await db.insert(userTable).values({ id: userId, name: "P", email: `${userId}@example.com` });
  const projects: string[] = [];
  for (const name of ["A", "B"]) {
    const project = await createProject({ userId }, { name });
    await saveProjectSecret({ userId }, project.id, { name: "TOKEN", value: "hunter2" });
    projects.push(project.id);
  }
  await saveKey(userId, "anthropic");
  return { userId, projects };
}

function saveKey(userId: string, provider: ProviderId): Promise<string> {
  return saveStoredKey({ userId }, { provider, apiKey: `sk-${provider}-of-${userId}-0123456789` });
}

function say(userId: string, projectId: string, threadId: string, id: string = randomUUID()) {
  const messages = [{ id, role: "user" as const, parts: [{ type: "text", text: "Hello" }] }];
  return appendMessages({ userId }, { projectId, threadId, sent: { messages } });
}

async function deleteAccount(userId: string): Promise<string> {
  return deleteAccountOf(await database(), userId).then(
    () => "deleted",
    (error: unknown) => `not deleted: ${sqlStateOf(error)}`,
  );
}

/** Data keys of a person and their projects that could still open something. */
async function keysLeftOf({ userId, projects }: Person): Promise<unknown[]> {
  const db = await database();
  const keys = await db
    .select()
    .from(dataKeysTable)
    .where(inArray(dataKeysTable.ownerId, [userId, ...projects]));
  return keys.filter((key) => key.wrapped !== null);
}

async function otherConnection(): Promise<Client> {
  const client = new Client({ connectionString: process.env["DATABASE_URL"] });
  await client.connect();
  return client;
}

/** "saved", or the code of the error a person would see. */
async function outcomeOf(save: Promise<unknown>): Promise<string> {
  return save.then(
    () => "saved",
    (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : String(error)),
  );
}

test("an account that is deleted between a save's claim and its insert is deleted, with what was saved", async () => {
  const person = await newPerson();
  const { userId } = person;
  let deletion: Promise<string> = Promise.resolve("");
  await sealInTransaction({ ownerKind: "user", ownerId: userId }, 1, async (tx, dataKey) => {
    deletion = deleteAccount(userId);
    await untilWaiting(1);
    const apiKey = sealText(API_KEYS, { owner: userId, purpose: "openai" }, "sk-0123456789", dataKey);
    await tx
      .insert(userAiApiKeysTable)
      .values({ userId, provider: "openai", apiKey, last4: "6789", fingerprint: "f" });
  });
  expect(await deletion).toBe("deleted");
  expect(await keysLeftOf(person)).toEqual([]);
});

test(`${ROUNDS} deletions, each in the middle of saves: all succeed, and no key is left`, async () => {
  const seen = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const person = await newPerson();
    const { userId, projects } = person;
    const threads = projects.map((projectId) => ({ projectId, threadId: randomUUID() }));
    for (const { projectId, threadId } of threads) await say(userId, projectId, threadId);
    const save = () => [
      ...threads.map(({ projectId, threadId }) => say(userId, projectId, threadId)),
      ...PROVIDERS.map((provider) => saveKey(userId, provider)),
      ...projects.map((id) => saveProjectSecret({ userId }, id, { name: "OTHER", value: "hunter3" })),
    ];
    const before = save();
    const deletion = deleteAccount(userId);
    const outcomes = await Promise.all([...before, ...save()].map(outcomeOf));
    expect(await deletion).toBe("deleted");
    for (const outcome of outcomes) seen.add(outcome);
    expect(await keysLeftOf(person)).toEqual([]);
  }
  expect([...seen].filter((outcome) => outcome !== "saved")).toEqual(["not_found"]);
});

/** All that the end of a run leaves, in one statement. */
function sayAnswer(userId: string, projectId: string, threadId: string, id: string): Promise<boolean> {
  const selection = { payer: "platform", provider: "anthropic", model: "claude-haiku-4-5" } as const;
  const run = { actor: { userId }, project: { id: projectId }, threadId, runId: id, selection };
  return storeEnd(run, {
    answer: {
      id,
      parentId: "m",
      parts: [{ type: "text", text: "Hello" }],
      metadata: { keyProvider: "platform", model: "claude-haiku-4-5", outcome: "completed" },
    },
    usage: [usageRow()],
    worked: null,
  });
}

async function removeProject({ userId, projectId }: { userId: string; projectId: string }): Promise<string> {
  await deleteProject({ userId }, projectId);
  return "deleted";
}

function removeAccount({ userId }: { userId: string }): Promise<string> {
  return deleteAccount(userId);
}

describe("a message that is stored", () => {
  test.each([
    ["a question", "its project", say, removeProject],
    ["a question", "the account", say, removeAccount],
    ["an answer", "its project", sayAnswer, removeProject],
    ["an answer", "the account", sayAnswer, removeAccount],
  ])(
    "%s, while %s is being deleted does not wait in a circle with the deletion",
    async (_message, _name, store, remove) => {
      const { userId, projects } = await newPerson();
      const [projectId = ""] = projects;
      const [threadId, messageId] = [randomUUID(), randomUUID()];
      await say(userId, projectId, threadId);
      // The same message from another tab, in progress: our insert waits for it, holding all its locks.
      const holding = await otherConnection();
      await holding.query("begin");
      await holding.query(
        "insert into messages (thread_id, id, role, parts) values ($1, $2, 'user', '[]'::jsonb)",
        [threadId, messageId],
      );
      const storing = outcomeOf(store(userId, projectId, threadId, messageId));
      await untilWaiting(1);
      const deletion = remove({ userId, projectId });
      await untilWaiting(2);
      await holding.query("rollback");
      await holding.end();
      expect([await storing, await deletion]).toEqual(["saved", "deleted"]);
    },
  );

  test("when its project has just been deleted has nowhere to go, as if the project had never been there", async () => {
    const { userId, projects } = await newPerson();
    const [projectId = ""] = projects;
    const holding = await otherConnection();
    await holding.query("begin");
    await holding.query("delete from projects where id = $1", [projectId]);
    const storing = outcomeOf(say(userId, projectId, randomUUID()));
    await untilWaiting(1);
    await holding.query("commit");
    await holding.end();
    expect(await storing).toBe("not_found");
  });
});

test("a deleted person saves nothing and leaves no data key", async () => {
  const gone = { userId: "gone", projects: [] };
  await expect(saveKey(gone.userId, "openai")).rejects.toMatchObject({ code: "not_found", status: 404 });
  const db = await database();
  expect(await db.select().from(dataKeysTable).where(eq(dataKeysTable.ownerId, gone.userId))).toEqual([]);
});

test("an account that is deleted while a batch of a rotation has sealed its values leaves no data key", async () => {
  const [first, last] = [await newPerson("a-first"), await newPerson("z-last")];
  const { id } = await startKeyRotation(OPERATOR, { kind: "data_keys", dryRun: false });
  const holding = await otherConnection();
  await holding.query("begin");
  await holding.query("select 1 from user_ai_api_keys where user_id = $1 for update", [last.userId]);
  const stop = new AbortController();
  const rotation = runKeyRotation(id, { worker: "w", signal: stop.signal });
  await untilWaiting(1);
  // After this batch: a later step would destroy data keys left without an owner.
  stop.abort();
  const deletion = deleteAccount(first.userId);
  // A batch that waited too long releases its locks, and then nothing blocks the deletion.
  await Promise.race([untilWaiting(2), deletion]);
  await holding.query("commit");
  await holding.end();
  expect(await deletion).toBe("deleted");
  expect(await rotation).toBe("stopped");
  expect(await keysLeftOf(first)).toEqual([]);
  expect(await keysLeftOf(last)).not.toEqual([]);
});

test.each(["data_keys", "key_encryption_key", "verify"] as const)(
  "accounts that are deleted during a rotation (%s) are all deleted, and no key of theirs is left",
  async (kind) => {
    const people: Person[] = [];
    for (let index = 0; index < ROUNDS; index += 1) people.push(await newPerson());
    const stays = await newPerson();
    const ring = process.env["ENCRYPTION_KEYS"] ?? "";
    if (kind === "key_encryption_key") {
      process.env["ENCRYPTION_KEYS"] = `k2:${randomBytes(32).toString("hex")},${ring}`;
    }
    const { id } = await startKeyRotation(OPERATOR, { kind, dryRun: false });
    const rotation = runKeyRotation(id, { worker: "w", batchRows: 7 });
    const deletions: string[] = [];
    for (const { userId } of people) deletions.push(await deleteAccount(userId));
    expect(await rotation).toBe("finished");
    expect(new Set(deletions)).toEqual(new Set(["deleted"]));
    for (const person of people) expect(await keysLeftOf(person)).toEqual([]);
    expect(await keysLeftOf(stays)).toHaveLength(3);
  },
);

test("an active data key whose owner no longer exists is destroyed by a rotation", async () => {
  const [person, stays] = [await newPerson(), await newPerson()];
  const { id } = await startKeyRotation(OPERATOR, { kind: "data_keys", dryRun: false });
  // Created after the start, so the rotation does not retire it.
  await saveKey(person.userId, "openai");
  await saveProjectSecret({ userId: person.userId }, person.projects[0] ?? "", { name: "T", value: "v" });
  const cleaner = await otherConnection();
  await cleaner.query("set session_replication_role = replica");
  await cleaner.query("delete from user_ai_api_keys where user_id = $1", [person.userId]);
  await cleaner.query("delete from project_secrets where project_id = any($1)", [person.projects]);
  await cleaner.query("delete from projects where id = any($1)", [person.projects]);
  await cleaner.query('delete from "user" where id = $1', [person.userId]);
  await cleaner.end();
  expect(await keysLeftOf(person)).toHaveLength(5);
  expect(await runKeyRotation(id, { worker: "w" })).toBe("finished");
  expect(await keysLeftOf(person)).toEqual([]);
  expect(await keysLeftOf(stays)).toHaveLength(3);
});

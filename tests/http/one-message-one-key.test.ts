import { createCipheriv, randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { ModelGroup } from "@/contracts/models";
import { PLATFORM_DEMO_KEY } from "../../demo/stand-in/demo-keys";
import type { KeyBehaviour } from "../../demo/stand-in/key-behaviours";
import { type AppServer, startAppServer } from "../support/app-server";
import { type ChatChunk, HttpPerson, userMessage } from "../support/http-person";
import { chatChunks, restOf, untilChunk } from "./support/chat-chunks";
import { sql, whileProjectIsLocked } from "./support/database";
import { newPerson } from "./support/new-person";
import { OPERATORS } from "./support/operators";
import { arrivedUpstream, newKey, standIn } from "./support/stand-in";

const appUrl = inject("appUrl");

/** A prompt with an exact answer that no other test sends. */
function sayOnce(): { text: string; word: string } {
  const word = randomUUID();
  return { word, text: `say: ${word}` };
}

async function someoneWithAProject(): Promise<{ person: HttpPerson; projectId: string }> {
  const person = await newPerson();
  return { person, projectId: await person.createProject() };
}

describe("the key that arrives upstream", () => {
  let person: HttpPerson;
  let projectId: string;
  beforeAll(async () => {
    ({ person, projectId } = await someoneWithAProject());
  });

  test("is the platform's when the platform was chosen, also for a person who has a personal key", async () => {
    await person.saveKey(await newKey());
    const { text, word } = sayOnce();
    const answer = await person.chat({ projectId, text, keyProvider: "platform" });
    expect(answer).toMatchObject({ status: 200, text: word });
    expect((await arrivedUpstream({ text })).map((entry) => entry.apiKey)).toEqual([PLATFORM_DEMO_KEY]);
  });

  test("is the person's own when that was chosen, and nowhere else in the request", async () => {
    const key = await newKey();
    await person.saveKey(key);
    const { text, word } = sayOnce();
    const answer = await person.chat({ projectId, text, keyProvider: "personal" });
    expect(answer).toMatchObject({ status: 200, text: word });
    const [request, ...others] = await arrivedUpstream({ text });
    expect(others).toEqual([]);
    expect(request?.apiKey).toBe(key);
    const { "x-api-key": sent, ...headers } = request?.headers ?? {};
    expect(sent).toBe(key);
    expect(headers).not.toHaveProperty("authorization");
    expect(headers).not.toHaveProperty("cookie");
    expect(JSON.stringify([request?.path, headers, request?.body])).not.toContain(key.slice(20, 32));
    expect(JSON.stringify([request?.headers, request?.body])).not.toContain(person.userId);
  });

  test("is the platform's when the request names no keyProvider", async () => {
    await person.saveKey(await newKey());
    const { text } = sayOnce();
    const response = await fetch(
      `${appUrl}/api/mastra/codegen?projectId=${projectId}&model=claude-haiku-4-5`,
      {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${person.token}` },
        body: JSON.stringify({ messages: [userMessage(text)] }),
      },
    );
    expect([response.status, await response.text()]).toEqual([
      200,
      expect.stringContaining('"type":"finish"'),
    ]);
    expect((await arrivedUpstream({ text })).map((entry) => entry.apiKey)).toEqual([PLATFORM_DEMO_KEY]);
  });

  test("is the one pasted, without the white space around it", async () => {
    const key = await newKey();
    await person.saveKey(`\n  ${key}\t\r\n`);
    const { text } = sayOnce();
    await person.chat({ projectId, text, keyProvider: "personal" });
    expect((await arrivedUpstream({ text })).map((entry) => entry.apiKey)).toEqual([key]);
  });

  test("goes with the model that was chosen", async () => {
    const key = await newKey();
    await person.saveKey(key);
    for (const model of ["claude-haiku-4-5", "claude-sonnet-4-5", "claude-opus-4-5"]) {
      const { text } = sayOnce();
      const answer = await person.chat({ projectId, text, keyProvider: "personal", model });
      expect(answer.error).toBeNull();
      expect((await arrivedUpstream({ text })).map((entry) => [entry.model, entry.apiKey])).toEqual([
        [model, key],
      ]);
    }
  });

  test("a key named in the request's body or headers is not used", async () => {
    const key = await newKey();
    const { text } = sayOnce();
    const response = await fetch(
      `${appUrl}/api/mastra/codegen?projectId=${projectId}&keyProvider=platform&apiKey=${key}`,
      {
        method: "POST",
        headers: {
          "content-type": "application/json",
          authorization: `Bearer ${person.token}`,
          "x-api-key": key,
          "x-anthropic-api-key": key,
        },
        body: JSON.stringify({
          messages: [userMessage(text)],
          apiKey: key,
          requestContext: {
            modelSelection: { provider: "personal", apiKey: key },
            user: { userId: "somebody-else" },
          },
          modelSettings: { headers: { "x-api-key": key } },
          providerOptions: { anthropic: { apiKey: key } },
        }),
      },
    );
    expect([response.status, await response.text()]).toEqual([
      200,
      expect.stringContaining('"type":"finish"'),
    ]);
    const requests = await arrivedUpstream({ text });
    expect(requests.map((entry) => entry.apiKey)).toEqual([PLATFORM_DEMO_KEY]);
    expect(JSON.stringify(requests)).not.toContain(key);
  });
});

describe("switching keys in the middle of a conversation", () => {
  test("platform, then personal, then platform again: each message is sent with its own key and the whole history", async () => {
    const { person, projectId } = await someoneWithAProject();
    const key = await newKey();
    await person.saveKey(key);
    const threadId = randomUUID();
    const paidBy = ["platform", "personal", "platform", "personal"] as const;
    const texts = paidBy.map(() => sayOnce());
    const messages: unknown[] = [];
    for (const [index, keyProvider] of paidBy.entries()) {
      messages.push(userMessage(texts[index]?.text ?? ""));
      const answer = await person.chat({ projectId, threadId, messages, keyProvider });
      expect(answer).toMatchObject({ status: 200, text: texts[index]?.word });
      messages.push((await person.messagesOf(projectId, threadId)).at(-1));
    }
    const requests = await arrivedUpstream({ text: texts[0]?.text ?? "" });
    expect(requests.map((entry) => entry.apiKey)).toEqual([PLATFORM_DEMO_KEY, key, PLATFORM_DEMO_KEY, key]);
    expect(requests.map((entry) => entry.messageCount)).toEqual([1, 3, 5, 7]);
    const stored = await person.messagesOf(projectId, threadId);
    expect(stored.filter(({ role }) => role === "assistant").map(({ metadata }) => metadata)).toMatchObject([
      { keyProvider: "platform" },
      { keyProvider: "personal", keyLast4: key.slice(-4) },
      { keyProvider: "platform" },
      { keyProvider: "personal", keyLast4: key.slice(-4) },
    ]);
  });
});

describe("forty concurrent people, each with a personal key", () => {
  const people: { person: HttpPerson; projectId: string; key: string }[] = [];
  beforeAll(async () => {
    const join = async () => {
      const [someone, key] = await Promise.all([someoneWithAProject(), newKey()]);
      await someone.person.saveKey(key);
      people.push({ ...someone, key });
    };
    // Ten at a time: only their messages have to be concurrent.
    // oxlint-disable-next-line no-await-in-loop -- one batch after the other
    while (people.length < 40) await Promise.all(Array.from({ length: 10 }, join));
  }, 240_000);

  test("no message is sent with another person's key, whether it needs one call or two", async () => {
    const turns = people.flatMap((someone, index) => {
      const word = randomUUID();
      const withTool = index % 2 === 0;
      const text = withTool
        ? `tool: writeFile ${JSON.stringify({ path: "word.txt", content: word })}`
        : `say: ${word}`;
      const personal = {
        ...someone,
        keyProvider: "personal",
        word,
        text,
        expectedKey: someone.key,
        withTool,
      };
      if (index % 5 > 0) return [personal];
      // Some of them use the platform in another tab at the same moment.
      const other = randomUUID();
      const platform = {
        keyProvider: "platform",
        word: other,
        text: `say: ${other}`,
        expectedKey: PLATFORM_DEMO_KEY,
      };
      return [personal, { ...someone, ...platform, withTool: false }];
    });
    expect(turns).toHaveLength(48);
    const answers = await Promise.all(turns.map(({ person, ...turn }) => person.chat(turn)));
    const { entries } = await standIn.journal({ bodies: false });
    for (const [index, { word, withTool, expectedKey }] of turns.entries()) {
      expect(answers[index]?.text).toBe(withTool ? "done" : word);
      const requests = entries.filter((entry) => (entry.lastUserText ?? "").includes(word));
      expect(requests.map((entry) => entry.apiKey)).toEqual(
        withTool ? [expectedKey, expectedKey] : [expectedKey],
      );
    }
  });

  test("and each file written by a tool is in the project of the person who asked", async () => {
    const [anyone] = people;
    const rows = await sql<{ user_id: string; key_last4: string }>(
      `select distinct message_id, user_id, key_last4 from usage_events
       where key_provider = 'personal' and user_id = any($1)`,
      [people.map(({ person }) => person.userId)],
    );
    expect(anyone).toBeDefined();
    expect(rows).toHaveLength(40);
    for (const row of rows) {
      expect(row.key_last4).toBe(people.find(({ person }) => person.userId === row.user_id)?.key.slice(-4));
    }
    const files = await sql<{ user_id: string }>(
      "select p.user_id from project_files f join projects p on p.id = f.project_id where p.id = any($1)",
      [people.map(({ projectId }) => projectId)],
    );
    expect(files).toHaveLength(20);
  });
});

describe("what a message costs", () => {
  let person: HttpPerson;
  let projectId: string;
  beforeAll(async () => {
    ({ person, projectId } = await someoneWithAProject());
  });

  test("one call for a plain answer, and one more for each round of tools", async () => {
    const key = await newKey();
    await person.saveKey(key);
    await person.chat({ projectId, ...sayOnce(), keyProvider: "personal", threadId: randomUUID() });
    expect((await arrivedUpstream({ key })).map((entry) => entry.status)).toEqual([200]);
    await person.chat({
      projectId,
      text: "tool: listFiles {}",
      keyProvider: "personal",
      threadId: randomUUID(),
    });
    expect((await arrivedUpstream({ key })).map((entry) => entry.status)).toEqual([200, 200, 200]);
    expect((await arrivedUpstream({ key })).map((entry) => entry.path)).toEqual(
      Array(3).fill("/v1/messages"),
    );
  });

  test.each<[KeyBehaviour, number]>([
    ["rate-limited", 429],
    ["overloaded", 529],
    ["server-error", 500],
    ["invalid", 401],
    ["no-credit", 400],
  ])("a provider that answers %s is asked once, not again and again", async (behaviour, status) => {
    const key = await newKey(behaviour);
    await person.saveKey(key);
    const { text } = sayOnce();
    await person.chat({ projectId, text, keyProvider: "personal" });
    // Looked up by text, so that a second attempt with another key would show too.
    expect((await arrivedUpstream({ text })).map((entry) => [entry.status, entry.apiKey])).toEqual([
      [status, key],
    ]);
  });
});

describe("a key that was replaced or deleted", () => {
  test("a replaced key is used from the next message on", async () => {
    const { person, projectId } = await someoneWithAProject();
    const [first, second] = [await newKey(), await newKey()];
    for (const key of [first, second, first]) {
      await person.saveKey(key);
      const { text } = sayOnce();
      const answer = await person.chat({ projectId, text, keyProvider: "personal" });
      expect(answer.chunks[0]?.messageMetadata).toMatchObject({ keyLast4: key.slice(-4) });
      expect((await arrivedUpstream({ text })).map((entry) => entry.apiKey)).toEqual([key]);
    }
    expect((await person.call("GET", "/api/v1/user/ai-keys")).body.keys).toHaveLength(1);
  });

  test("a deleted key is refused immediately, before anything is sent or stored", async () => {
    const { person, projectId } = await someoneWithAProject();
    await person.saveKey(await newKey());
    await person.chat({ projectId, ...sayOnce(), keyProvider: "personal" });
    expect((await person.call("DELETE", "/api/v1/user/ai-keys?provider=anthropic")).body).toEqual({
      success: true,
    });
    const { text } = sayOnce();
    const answer = await person.chat({ projectId, text, keyProvider: "personal", threadId: randomUUID() });
    expect(answer).toMatchObject({ status: 400, error: { code: "personal_key_missing" } });
    expect(await arrivedUpstream({ text })).toEqual([]);
    expect((await person.call("GET", `/api/v1/projects/${projectId}/threads`)).body.threads).toEqual([]);
  });

  test("deleting a key that does not exist succeeds", async () => {
    const person = await newPerson();
    expect((await person.call("DELETE", "/api/v1/user/ai-keys?provider=openai")).body).toEqual({
      success: true,
    });
  });

  test("a key deleted while the agent works ends the run; the platform's key is not used instead", async () => {
    const { person, projectId } = await someoneWithAProject();
    const key = await newKey();
    await person.saveKey(key);
    const word = randomUUID();
    const text = `tool: writeFile ${JSON.stringify({ path: "a.txt", content: word })}`;
    const chunks = await duringARun({ person, projectId, text }, () =>
      person.call("DELETE", "/api/v1/user/ai-keys?provider=anthropic"),
    );
    expect(chunks).toContainEqual(expect.objectContaining({ type: "tool-output-available" }));
    const error = chunks.find((chunk) => chunk.type === "data-chat-error")?.data;
    expect(error).toMatchObject({ code: "personal_key_missing", action: "open_api_keys" });
    expect((await arrivedUpstream({ text: word })).map((entry) => entry.apiKey)).toEqual([key]);
  });

  test("a key replaced while the agent works is used for its next step", async () => {
    const { person, projectId } = await someoneWithAProject();
    const [first, second] = [await newKey(), await newKey()];
    await person.saveKey(first);
    const word = randomUUID();
    const text = `tool: writeFile ${JSON.stringify({ path: "a.txt", content: word })}`;
    const chunks = await duringARun({ person, projectId, text }, () => person.saveKey(second));
    expect(chunks.some((chunk) => chunk.type === "data-chat-error")).toBe(false);
    expect((await arrivedUpstream({ text: word })).map((entry) => entry.apiKey)).toEqual([first, second]);
  });
});

describe("a stored key that cannot be opened", () => {
  const ownRow = "user_id = $1 and provider = 'anthropic'";

  /**
   * What someone with access to the database might do to a row, as SQL; `$1` is the person, `$2` another
   * person.
   */
  const tampering: [name: string, statement: string][] = [
    [
      "one character changed",
      `update user_ai_api_keys set api_key = overlay(api_key placing case when substr(api_key, 40, 1) = 'A' then 'B' else 'A' end from 40 for 1) where ${ownRow}`,
    ],
    ["its end cut off", `update user_ai_api_keys set api_key = left(api_key, -6) where ${ownRow}`],
    [
      "replaced by plain text",
      `update user_ai_api_keys set api_key = 'sk-ant-api03-in-plain-text' where ${ownRow}`,
    ],
    ["emptied", `update user_ai_api_keys set api_key = '' where ${ownRow}`],
    [
      "sealed under a data key the server does not have",
      `update user_ai_api_keys set api_key = regexp_replace(api_key, '^orc2\\.[a-z2-7]+', 'orc2.' || repeat('a', 32)) where ${ownRow}`,
    ],
    [
      "copied from another person's row",
      `update user_ai_api_keys set api_key = (select api_key from user_ai_api_keys where user_id = $2 and provider = 'anthropic') where ${ownRow}`,
    ],
    [
      "copied from another provider's row of the same person",
      `update user_ai_api_keys set api_key = (select api_key from user_ai_api_keys where user_id = $1 and provider = 'openai') where ${ownRow}`,
    ],
  ];

  let person: HttpPerson;
  let projectId: string;
  let other: HttpPerson;
  beforeAll(async () => {
    ({ person, projectId } = await someoneWithAProject());
    other = await newPerson();
    await other.saveKey(await newKey());
  });

  test.each(tampering)(
    "%s: nothing is sent with any key, the list marks it, and saving it again fixes it",
    async (_name, statement) => {
      await person.saveKey(await newKey());
      await person.call("POST", "/api/v1/user/ai-keys", { provider: "openai", apiKey: await newKey() });
      await sql(statement, statement.includes("$2") ? [person.userId, other.userId] : [person.userId]);

      const { text } = sayOnce();
      const first = await person.chat({ projectId, text, keyProvider: "personal" });
      expect(first.error).toMatchObject({ code: "personal_key_unreadable", action: "open_api_keys" });
      const list = (await person.call("GET", "/api/v1/user/ai-keys")).body.keys;
      expect(list).toMatchObject([
        { provider: "anthropic", status: "needs_reentry" },
        { provider: "openai", status: "ok" },
      ]);
      const second = await person.chat({ projectId, text, keyProvider: "personal" });
      expect(second).toMatchObject({ status: 400, error: { code: "personal_key_unreadable" } });
      expect(await arrivedUpstream({ text })).toEqual([]);
      const groups: ModelGroup[] = (await person.call("GET", "/api/v1/models")).body.groups;
      expect(
        groups.find(
          ({ keyProvider, aiProvider }) => keyProvider === "personal" && aiProvider === "anthropic",
        ),
      ).toMatchObject({ reason: expect.stringContaining("can no longer be read") });
      const platform = await person.chat({ projectId, ...sayOnce(), keyProvider: "platform" });
      expect(platform.error).toBeNull();

      const healing = await newKey();
      await person.saveKey(healing);
      const healed = await person.chat({ projectId, text, keyProvider: "personal" });
      expect(healed.error).toBeNull();
      expect((await arrivedUpstream({ text })).map((entry) => entry.apiKey)).toEqual([healing]);
      expect((await person.call("GET", "/api/v1/user/ai-keys")).body.keys[0].status).toBe("ok");
    },
  );
});

describe("a key stored in the format of the plan", () => {
  test("opens, works, and is moved under its person's data key by a rotation", async () => {
    const key = await newKey();
    const { person, projectId } = await someoneFromBefore(key);
    const { text, word } = sayOnce();
    const answer = await person.chat({ projectId, text, keyProvider: "personal" });
    expect(answer).toMatchObject({ text: word, error: null });
    // A startup that finds such values does this automatically; the shared server of these tests is already
    // running.
    const operator = await newPerson({ name: "Operator", email: OPERATORS.oneMessage });
    const stored = async () => {
      await operator.call("POST", "/api/v1/operator/vault/rotations", { kind: "key_encryption_key" });
      const [found] = await sql<{ api_key: string }>(
        "select api_key from user_ai_api_keys where user_id = $1",
        [person.userId],
      );
      return found?.api_key;
    };
    await expect.poll(stored, { timeout: 90_000, interval: 100 }).toMatch(/^orc2\./);
    const row = { api_key: await stored() };
    const again = await person.chat({ projectId, text, keyProvider: "personal" });
    expect(again).toMatchObject({ text: word, error: null });
    expect((await arrivedUpstream({ text })).map((entry) => entry.apiKey)).toEqual([key, key]);
    // Bound to its row now: the new value does not open for another person.
    const thief = await someoneWithAProject();
    await thief.person.saveKey(await newKey());
    await sql("update user_ai_api_keys set api_key = $2 where user_id = $1", [
      thief.person.userId,
      row.api_key,
    ]);
    const stolen = await thief.person.chat({
      projectId: thief.projectId,
      ...sayOnce(),
      keyProvider: "personal",
    });
    expect(stolen.error).toMatchObject({ code: "personal_key_unreadable" });
    expect(await arrivedUpstream({ key })).toHaveLength(2);
  });

  test("with the line break it was pasted with: arrives trimmed", async () => {
    const key = await newKey();
    const { person, projectId } = await someoneFromBefore(` ${key}\n`);
    const { text } = sayOnce();
    const answer = await person.chat({ projectId, text, keyProvider: "personal" });
    expect(answer.error).toBeNull();
    expect((await arrivedUpstream({ text })).map((entry) => entry.apiKey)).toEqual([key]);
  });

  test.each([
    ["a line break in the middle", "sk-ant-api03-first-half\nsk-ant-api03-second-half"],
    ["a letter no header can carry", "sk-ant-api03-Ωmega-key-from-a-word-processor"],
  ])("with %s: has to be pasted again, and nothing is sent", async (_name, stored) => {
    const { person, projectId } = await someoneFromBefore(stored);
    const { text } = sayOnce();
    const answer = await person.chat({ projectId, text, keyProvider: "personal" });
    expect(answer.error).toMatchObject({ code: "personal_key_unreadable" });
    expect(await arrivedUpstream({ text })).toEqual([]);
    expect((await person.call("GET", "/api/v1/user/ai-keys")).body.keys[0].status).toBe("needs_reentry");
  });
});

describe("a server without a platform key", () => {
  let server: AppServer;
  let person: HttpPerson;
  let projectId: string;
  beforeAll(async () => {
    server = await startAppServer({ ...inject("productEnvironment"), ANTHROPIC_API_KEY: "" });
    person = await newPerson({ url: server.url });
    projectId = await person.createProject();
  });
  afterAll(() => server?.stop());

  test("refuses the platform before anything is sent, even from a person with a personal key", async () => {
    await person.saveKey(await newKey());
    const { text } = sayOnce();
    const answer = await person.chat({ projectId, text, keyProvider: "platform" });
    expect(answer).toMatchObject({ status: 400, error: { code: "platform_key_not_configured" } });
    expect(await arrivedUpstream({ text })).toEqual([]);
  });

  test("serves personal keys", async () => {
    const key = await newKey();
    await person.saveKey(key);
    const { text, word } = sayOnce();
    expect(await person.chat({ projectId, text, keyProvider: "personal" })).toMatchObject({
      text: word,
      error: null,
    });
    expect((await arrivedUpstream({ text })).map((entry) => entry.apiKey)).toEqual([key]);
  });

  test("shows the platform's options with the reason why they cannot be chosen", async () => {
    const { groups } = (await person.call("GET", "/api/v1/models")).body;
    expect(groups[0]).toMatchObject({
      keyProvider: "platform",
      reason: expect.stringContaining("no platform key"),
      models: [{ id: "claude-haiku-4-5", name: "Haiku" }],
    });
  });
});

/** Blocks the agent during a run: after its first provider request, before its second. */
async function duringARun(
  someone: { person: HttpPerson; projectId: string; text: string },
  act: () => Promise<unknown>,
): Promise<ChatChunk[]> {
  let chunks: ReturnType<typeof chatChunks> | undefined;
  await whileProjectIsLocked(someone.projectId, async () => {
    chunks = chatChunks(await someone.person.send({ ...someone, keyProvider: "personal" }));
    await untilChunk(chunks, "tool-input-available");
    await act();
  });
  return chunks ? restOf(chunks) : [];
}

/**
 * Written by the plan's description: base64(iv16 | tag16 | ciphertext), AES-256-GCM, without additional
 * authenticated data.
 */
function sealedAsPlanned(text: string): string {
  const iv = randomBytes(16);
  const cipher = createCipheriv("aes-256-gcm", Buffer.from(inject("encryptionKey").hex, "hex"), iv);
  const ciphertext = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), ciphertext]).toString("base64");
}

async function someoneFromBefore(storedText: string) {
  const someone = await someoneWithAProject();
  await sql(
    "insert into user_ai_api_keys (user_id, provider, api_key, last4, fingerprint) values ($1, 'anthropic', $2, 'AAAA', 'none')",
    [someone.person.userId, sealedAsPlanned(storedText)],
  );
  return someone;
}

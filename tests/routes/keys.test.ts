import { randomBytes, randomUUID } from "node:crypto";
import { describe, expect, inject, test } from "vitest";
import type { KeyHealthOutcome } from "@/contracts/ai-keys";
import type { KeyBehaviour } from "../../demo/stand-in/key-behaviours";
import { sql } from "../http/support/database";
import { everythingOf } from "../http/support/everything-of";

import "../http/support/refusal-matchers";
import { newPerson } from "../http/support/new-person";
import { done, KEYS, listOf, payersOf, summaryOf } from "../http/support/provider-keys";
import { arrivedUpstream, standIn } from "../http/support/stand-in";
import type { HttpPerson } from "../support/http-person";

const PREFIXES = { anthropic: "sk-ant-api03-", openai: "sk-proj-", openrouter: "sk-or-v1-" } as const;
type PastedProvider = keyof typeof PREFIXES;

async function keyOf(provider: PastedProvider, behaviour?: KeyBehaviour): Promise<string> {
  const key = `${PREFIXES[provider]}${randomBytes(48).toString("base64url")}`;
  await standIn.setKey(key, behaviour);
  return key;
}

const change = (person: HttpPerson, keyId: string, body: Record<string, unknown>) =>
  person.call("PATCH", `${KEYS}/${keyId}`, body);

const replace = (person: HttpPerson, keyId: string, body: Record<string, unknown>) =>
  person.call("POST", `${KEYS}/${keyId}/replacement`, body);

describe("several keys of one provider", () => {
  test("the first is the default, further ones have names, and each message takes the one it names", async () => {
    const person = await newPerson();
    const [first, second] = [await keyOf("anthropic"), await keyOf("anthropic")];
    const firstId = await person.saveKey(first);
    const secondId = await person.saveKey(second, { label: "Work" });
    expect(await listOf(person)).toMatchObject([
      { id: firstId, label: "Anthropic key", isDefault: true, last4: first.slice(-4), kept: "stored" },
      { id: secondId, label: "Work", isDefault: false, last4: second.slice(-4), kept: "stored" },
    ]);
    expect(await payersOf(person)).toMatchObject({ keys: [first], code: null });
    expect(await payersOf(person, { keyId: secondId })).toMatchObject({ keys: [second], code: null });
    expect(await payersOf(person, { keyId: firstId })).toMatchObject({ keys: [first], code: null });
  });

  test("another default, another name, and back", async () => {
    const person = await newPerson();
    const [first, second] = [await keyOf("anthropic"), await keyOf("anthropic")];
    const firstId = await person.saveKey(first);
    const secondId = await person.saveKey(second, { label: "Work" });
    await done(change(person, secondId, { isDefault: true, label: "  Für die Arbeit 🗝 " }));
    const listed = await listOf(person);
    expect(listed.map(({ id, isDefault, label }) => ({ id, isDefault, label }))).toEqual([
      { id: secondId, isDefault: true, label: "Für die Arbeit 🗝" },
      { id: firstId, isDefault: false, label: "Anthropic key" },
    ]);
    expect(await payersOf(person)).toMatchObject({ keys: [second] });
    // Both ask to be the default at once: one is.
    await Promise.all([firstId, secondId].map((id) => done(change(person, id, { isDefault: true }))));
    expect((await listOf(person)).filter(({ isDefault }) => isDefault)).toHaveLength(1);
  });

  test.each([
    ["no change", {}],
    ["an empty name", { label: "  " }],
    ["a name of 61 characters", { label: "x".repeat(61) }],
    ["a name with a line break", { label: "a\nb" }],
    ["a default taken away", { isDefault: false }],
    ["another address without the key", { baseUrl: "https://example.com/v1" }],
    ["another key", { apiKey: "sk-ant-api03-smuggled" }],
  ])("%s is refused", async (_name, body) => {
    const person = await newPerson();
    const keyId = await person.saveKey(await keyOf("anthropic"));
    const before = await everythingOf(person.userId);
    expect(await change(person, keyId, body)).toBeRefused({ status: 400, code: "invalid_request" });
    expect(await everythingOf(person.userId)).toEqual(before);
  });

  test("a disabled key is refused and nothing is sent, by id or as the default; enabled again, it works", async () => {
    const person = await newPerson();
    const key = await keyOf("anthropic");
    const keyId = await person.saveKey(key);
    await person.saveKey(await keyOf("anthropic"), { label: "Other" });
    await done(change(person, keyId, { disabled: true }));
    const off = { keys: [], code: "personal_key_disabled" };
    expect(await payersOf(person, { keyId })).toMatchObject(off);
    expect(await payersOf(person)).toMatchObject(off);
    expect(await arrivedUpstream({ key })).toEqual([]);
    await done(change(person, keyId, { disabled: false }));
    expect(await payersOf(person)).toMatchObject({ keys: [key], code: null });
  });

  test("another person's keys answer like ones that do not exist, for every verb", async () => {
    const [alice, bob] = [await newPerson(), await newPerson()];
    const key = await keyOf("anthropic");
    const keyId = await alice.saveKey(key);
    const before = await everythingOf(alice.userId);
    const path = `${KEYS}/${keyId}`;
    const answers = [
      await change(bob, keyId, { isDefault: true }),
      await bob.call("DELETE", path),
      await bob.call("GET", `${path}/deletion`),
      await bob.call("GET", `${path}/models`),
      await bob.call("POST", `${path}/test`),
      await bob.call("POST", `${path}/replacement`, { apiKey: await keyOf("anthropic") }),
      await bob.call("POST", `${path}/previous`),
      await bob.call("DELETE", `${path}/previous`),
    ];
    for (const answer of answers) expect(answer).toBeRefused({ status: 404, code: "not_found" });
    expect(await payersOf(bob, { keyId })).toMatchObject({ keys: [] });
    expect(await everythingOf(alice.userId)).toEqual(before);
    expect(await arrivedUpstream({ key })).toEqual([]);
  });
});

/** What a test of a key finds, by how its provider treats it. A limit or a fault is never "invalid". */
const OUTCOMES: [behaviour: KeyBehaviour, outcome: KeyHealthOutcome][] = [
  ["answers", "ok"],
  ["invalid", "invalid"],
  ["invalid-echoing-key", "invalid"],
  ["forbidden", "forbidden"],
  ["no-credit", "no_credit"],
  ["rate-limited", "rate_limited"],
  ["overloaded", "unknown"],
  ["server-error", "unknown"],
  ["garbage", "unknown"],
];

describe.each(Object.keys(PREFIXES) as PastedProvider[])("testing a key of %s", (provider) => {
  test.each(OUTCOMES)(
    "that %s: %s, before saving and after; only health is stored, and what it cost",
    async (behaviour, outcome) => {
      const person = await newPerson();
      const key = await keyOf(provider, behaviour);

      const { usage_events: _, ...before } = await everythingOf(person.userId);
      const pasted = await person.call("POST", `${KEYS}/test`, { provider, apiKey: key });
      expect({ status: pasted.status, ...pasted.body.result }).toMatchObject({ status: 200, outcome });
      expect(pasted.body.result.sentence).toMatch(/^[A-Z].*\.$/);
      expect(pasted.text).not.toContain(key);
      const { usage_events: used, ...after } = await everythingOf(person.userId);
      expect(after).toEqual(before);

      const keyId = await person.saveKey(key, { provider });
      // A key tested before saving is not shown as untested.
      expect(await summaryOf(person, keyId)).toMatchObject({ health: { outcome }, hasNotice: false });
      const [row] = await sql<Record<string, unknown>>("select * from user_ai_api_keys where id = $1", [
        keyId,
      ]);
      const saved = await person.call("POST", `${KEYS}/${keyId}/test`);
      expect(saved.body.result).toMatchObject({ outcome });
      expect(saved.text).not.toContain(key);
      const [tested] = await sql<Record<string, unknown>>("select * from user_ai_api_keys where id = $1", [
        keyId,
      ]);
      const learned = ["health", "health_at", "last_tested_at", "last_error", "last_error_at", "told_of"];
      const changed = Object.keys(tested ?? {}).filter(
        (name) => JSON.stringify(tested?.[name]) !== JSON.stringify(row?.[name]),
      );
      expect(learned).toEqual(expect.arrayContaining(changed));
      // The message of one token that a provider answered cost something, and what it refused did not.
      const costs = { purpose: "key_test", provider, cost_micro_usd: expect.stringMatching(/^[1-9]/) };
      const answered = outcome === "ok" ? [costs] : [];
      expect(used).toMatchObject(answered);
      const { usage_events: usedAgain } = await everythingOf(person.userId);
      expect(usedAgain).toHaveLength(2 * answered.length);
      expect(
        (usedAgain as { key_id: string | null }[]).filter(({ key_id: id }) => id === keyId),
      ).toHaveLength(answered.length);
      const summary = await summaryOf(person, keyId);
      expect(summary).toMatchObject({ health: { outcome }, status: "ok", hasNotice: false });
      expect(summary.lastTestedAt).not.toBeNull();
      expect(summary.lastError?.outcome ?? null).toBe(outcome === "ok" ? null : outcome);
    },
  );

  test("a limit says how long to wait", async () => {
    const person = await newPerson();
    const key = await keyOf(provider, "rate-limited");
    const { body } = await person.call("POST", `${KEYS}/test`, { provider, apiKey: key });
    expect(body.result.retryAfterSeconds).toBeGreaterThan(0);
  });
});

test("a test result is remembered only for this key of this person", async () => {
  const [ada, bob] = await Promise.all([newPerson(), newPerson()]);
  const [tested, other] = [await keyOf("openai"), await keyOf("openai")];
  await done(ada.call("POST", `${KEYS}/test`, { provider: "openai", apiKey: tested }));
  const untested = { health: null, lastTestedAt: null };
  expect(await summaryOf(bob, await bob.saveKey(tested, { provider: "openai" }))).toMatchObject(untested);
  const sameKey = { provider: "openai", label: "Same" };
  expect(await summaryOf(ada, await ada.saveKey(other, { provider: "openai" }))).toMatchObject(untested);
  expect(await summaryOf(ada, await ada.saveKey(tested, sameKey))).toMatchObject({
    health: { outcome: "ok" },
  });
  const forSession = { ...sameKey, sessionOnly: true };
  expect(await summaryOf(ada, await ada.saveKey(tested, forSession))).toMatchObject({
    health: { outcome: "ok" },
  });
  const endpoint = { provider: "openai-compatible", baseUrl: "https://llm.example.com/v1" };
  expect(await summaryOf(ada, await ada.saveKey(tested, endpoint))).toMatchObject(untested);
});

test("more than twenty tests in a minute are slowed down", async () => {
  const person = await newPerson();
  const apiKey = await keyOf("anthropic");
  const answers = await Promise.all(
    Array.from({ length: 22 }, () => person.call("POST", `${KEYS}/test`, { provider: "anthropic", apiKey })),
  );
  const limited = answers.filter(({ status }) => status === 429);
  expect(limited).toHaveLength(2);
  for (const answer of limited) expect(answer).toBeRefused({ code: "rate_limited" });
});

describe("key health learned from a chat", () => {
  test("a key that fails is marked, and its owner notified once", async () => {
    const person = await newPerson();
    const keyId = await person.saveKey(await keyOf("anthropic", "invalid"));
    await payersOf(person);
    await expect
      .poll(() => summaryOf(person, keyId))
      .toMatchObject({
        health: { outcome: "invalid" },
        lastError: { outcome: "invalid" },
        hasNotice: true,
      });
    await done(change(person, keyId, { noticeSeen: true }));
    await payersOf(person);
    expect(await summaryOf(person, keyId)).toMatchObject({
      health: { outcome: "invalid" },
      hasNotice: false,
    });
  });

  test("a limit is temporary and causes no notification", async () => {
    const person = await newPerson();
    const keyId = await person.saveKey(await keyOf("anthropic", "rate-limited"));
    await payersOf(person);
    await expect
      .poll(() => summaryOf(person, keyId))
      .toMatchObject({ health: { outcome: "rate_limited" }, hasNotice: false });
  });
});

async function withReplacedKey(keepPreviousHours = 24) {
  const person = await newPerson();
  const [old, fresh] = [await keyOf("anthropic"), await keyOf("anthropic")];
  const keyId = await person.saveKey(old);
  const answer = await done(replace(person, keyId, { apiKey: fresh, keepPreviousHours }));
  expect(answer.body.result).toMatchObject({ outcome: "ok" });
  return { person, keyId, old, fresh };
}

describe("replacing a key", () => {
  test("keeps its id, and the previous secret stays for the chosen time and can be switched back to, and forth", async () => {
    const { person, keyId, old, fresh } = await withReplacedKey(72);
    const summary = await summaryOf(person, keyId);
    expect(summary).toMatchObject({
      last4: fresh.slice(-4),
      health: { outcome: "ok" },
      previous: { last4: old.slice(-4) },
    });
    const hours =
      (Date.parse(summary.previous?.availableUntil ?? "") - Date.parse(summary.updatedAt)) / 3_600_000;
    expect(hours).toBeCloseTo(72, 1);
    expect(await listOf(person)).toHaveLength(1);
    expect(await payersOf(person)).toMatchObject({ keys: [fresh] });

    await done(person.call("POST", `${KEYS}/${keyId}/previous`));
    expect(await payersOf(person)).toMatchObject({ keys: [old] });
    expect(await summaryOf(person, keyId)).toMatchObject({
      last4: old.slice(-4),
      previous: { last4: fresh.slice(-4), availableUntil: summary.previous?.availableUntil },
    });
    await done(person.call("POST", `${KEYS}/${keyId}/previous`));
    expect(await payersOf(person, { keyId })).toMatchObject({ keys: [fresh] });
  });

  test("for no time: the previous secret is deleted at once", async () => {
    const { person, keyId, fresh } = await withReplacedKey(0);
    expect(await summaryOf(person, keyId)).toMatchObject({ last4: fresh.slice(-4), previous: null });
    expect(await person.call("POST", `${KEYS}/${keyId}/previous`)).toBeRefused({ code: "not_found" });
    expect(await sql("select id from user_ai_api_keys where user_id = $1", [person.userId])).toHaveLength(1);
  });

  test("an expired previous secret is neither shown nor switched back to", async () => {
    const { person, keyId, fresh } = await withReplacedKey();
    await sql(
      "update user_ai_api_keys set available_until = now() - interval '1 second' where previous_of = $1",
      [keyId],
    );
    expect(await summaryOf(person, keyId)).toMatchObject({ previous: null });
    expect(await person.call("POST", `${KEYS}/${keyId}/previous`)).toBeRefused({ code: "not_found" });
    expect(await payersOf(person)).toMatchObject({ keys: [fresh] });
  });

  test("the previous secret can be deleted before it expires, and is deleted with its key", async () => {
    const { person, keyId } = await withReplacedKey();
    await done(person.call("DELETE", `${KEYS}/${keyId}/previous`));
    expect(await summaryOf(person, keyId)).toMatchObject({ previous: null });
    const { person: other, keyId: otherId } = await withReplacedKey();
    await done(other.call("DELETE", `${KEYS}/${otherId}`));
    expect(await sql("select id from user_ai_api_keys where user_id = $1", [other.userId])).toEqual([]);
  });

  test.each<[behaviour: KeyBehaviour, insisting: "is refused" | "replaces"]>([
    ["invalid", "is refused"],
    ["invalid-echoing-key", "is refused"],
    ["rate-limited", "replaces"],
    ["overloaded", "replaces"],
    ["forbidden", "replaces"],
  ])("by one that is %s changes nothing; insisting %s", async (behaviour, insisting) => {
    const person = await newPerson();
    const [old, fresh] = [await keyOf("anthropic"), await keyOf("anthropic", behaviour)];
    const keyId = await person.saveKey(old);
    const before = await everythingOf(person.userId);
    const refused = await replace(person, keyId, { apiKey: fresh });
    expect(refused).toBeRefused({ status: 400, code: "key_not_accepted" });
    expect(refused.text).not.toContain(fresh);
    expect(refused.body.error).toContain("Nothing was changed.");
    expect(await everythingOf(person.userId)).toEqual(before);

    const insisted = await replace(person, keyId, { apiKey: fresh, evenIfUntested: true });
    expect(insisted.status).toBe(insisting === "replaces" ? 200 : 400);
    const { last4 } = await summaryOf(person, keyId);
    expect(last4).toBe((insisting === "replaces" ? fresh : old).slice(-4));
  });
});

describe("deleting a key", () => {
  test("is preceded by a preview of what used it and what happens next", async () => {
    const person = await newPerson();
    const keyId = await person.saveKey(await keyOf("anthropic"));
    const preview = () => person.call("GET", `${KEYS}/${keyId}/deletion`);
    expect((await preview()).body).toEqual({
      threads: [],
      threadCount: 0,
      answerCount: 0,
      microUsd: 0,
      lastUsedAt: null,
      nextDefault: null,
      isLast: true,
    });
    const otherKey = await keyOf("anthropic");
    const otherId = await person.saveKey(otherKey, { label: "Other" });
    const projectId = await person.createProject("Garden");
    const threadId = randomUUID();
    for (const text of ["say: one", "say: two"]) {
      await person.chat({ projectId, threadId, text, keyProvider: "personal" });
    }
    await expect.poll(async () => (await preview()).body.answerCount).toBe(2);
    const { body } = await preview();
    expect(body).toMatchObject({
      threads: [{ id: threadId, projectName: "Garden" }],
      threadCount: 1,
      answerCount: 2,
      nextDefault: { id: otherId, label: "Other", last4: otherKey.slice(-4) },
      isLast: false,
    });
    expect(body.microUsd).toBeGreaterThan(0);
    expect(body.lastUsedAt).not.toBeNull();

    await done(person.call("DELETE", `${KEYS}/${keyId}`));
    expect(await payersOf(person, { keyId })).toMatchObject({ keys: [], code: "personal_key_missing" });
    expect(await payersOf(person)).toMatchObject({ keys: [otherKey] });
  });
});

describe("a key for this session only", () => {
  test("pays for messages, is in no table of the database, and is gone after signing out", async () => {
    const person = await newPerson();
    const key = await keyOf("anthropic");
    const keyId = await person.saveKey(key, { sessionOnly: true, label: "Borrowed" });
    expect(await listOf(person)).toMatchObject([
      { id: keyId, kept: "session", label: "Borrowed", last4: key.slice(-4), isDefault: false },
    ]);
    expect(await payersOf(person, { keyId })).toMatchObject({ keys: [key], code: null });
    const tested = await person.call("POST", `${KEYS}/${keyId}/test`);
    expect(tested.body.result).toMatchObject({ outcome: "ok" });

    expect(await sql("select id from user_ai_api_keys where user_id = $1", [person.userId])).toEqual([]);
    expect(await tablesWith(key)).toEqual([]);

    const phone = await person.onAnotherDevice();
    expect(await listOf(phone)).toEqual([]);
    expect(await phone.call("POST", `${KEYS}/${keyId}/test`)).toBeRefused({ status: 404 });

    await person.signOut();
    await person.signIn();
    await person.refreshToken();
    expect(await listOf(person)).toEqual([]);
    expect(await payersOf(person, { keyId })).toMatchObject({ keys: [] });
  });

  test("can be removed before that", async () => {
    const person = await newPerson();
    const keyId = await person.saveKey(await keyOf("anthropic"), { sessionOnly: true });
    await done(person.call("DELETE", `${KEYS}/${keyId}`));
    expect(await listOf(person)).toEqual([]);
  });
});

/** Every table of the database that holds this text in any column. */
async function tablesWith(text: string): Promise<string[]> {
  const tables = await sql<{ name: string }>(
    "select format('%I.%I', table_schema, table_name) as name from information_schema.tables where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')",
  );
  const found: string[] = [];
  for (const { name } of tables) {
    // oxlint-disable-next-line no-await-in-loop -- one table after the other is plenty
    const rows = await sql(`select 1 from ${name} t where strpos(t::text, $1) > 0 limit 1`, [text]);
    if (rows.length > 0) found.push(name);
  }
  return found;
}

test("an endpoint on this machine is refused unless the operator allows it, and nothing is sent", async () => {
  const person = await newPerson();
  const key = `endpoint-${randomUUID()}`;
  const body = {
    provider: "openai-compatible",
    apiKey: key,
    baseUrl: `${inject("standInUrl")}/compatible/v1`,
  };
  expect(await person.call("POST", KEYS, body)).toBeRefused({ code: "endpoint_refused" });
  expect(await person.call("POST", `${KEYS}/test`, body)).toBeRefused({ code: "endpoint_refused" });
  expect(await listOf(person)).toEqual([]);
  expect(await arrivedUpstream({ key })).toEqual([]);
});

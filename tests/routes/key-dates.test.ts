import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { tellOfKeyDates } from "@/domain/keys/tell-of-key-dates";
import { chatChunks, restOf, untilChunk } from "../http/support/chat-chunks";
import { sql, whileProjectIsLocked } from "../http/support/database";
import { everythingOf } from "../http/support/everything-of";
import "../http/support/refusal-matchers";
import { newPerson } from "../http/support/new-person";
import { done, KEYS, payersOf, summaryOf } from "../http/support/provider-keys";
import { arrivedUpstream, newKey } from "../http/support/stand-in";
import type { ChatChunk, HttpPerson } from "../support/http-person";

const change = (person: HttpPerson, keyId: string, body: Record<string, unknown>) =>
  person.call("PATCH", `${KEYS}/${keyId}`, body);

const DAY_MS = 24 * 3_600_000;
const START = Date.now();
const inDays = (days: number) => new Date(START + days * DAY_MS).toISOString();
const dayOf = (iso: string) => iso.slice(0, 10);

/** As time does. */
const endNow = (keyId: string) =>
  sql("update user_ai_api_keys set expires_at = now() - interval '1 second' where id = $1", [keyId]);

async function withKey() {
  const person = await newPerson();
  const key = await newKey();
  return { person, key, keyId: await person.saveKey(key) };
}

async function toldOf(person: HttpPerson) {
  return sql<{ kind: string; detail: Record<string, unknown> }>(
    "select kind, detail from notifications where owner_kind = 'person' and owner_id = $1 order by created_at, kind",
    [person.userId],
  );
}
const stepsOf = async (person: HttpPerson) =>
  (await toldOf(person)).map(({ kind, detail }) => [kind, detail["days"]]);

/** Ways in which a key may not be used, and how its owner may use it again. */
const STOPS = [
  {
    name: "past its date",
    code: "key_expired",
    says: /past the date.*Extend or replace it.*Nothing was sent/,
    stop: (_: HttpPerson, keyId: string) => endNow(keyId),
    start: { expiresAt: inDays(30) },
    shown: { isExpired: true },
  },
  {
    name: "paused",
    code: "key_paused",
    says: /is paused\. You paused it\. .*resume it.*Nothing was sent/,
    stop: (person: HttpPerson, keyId: string) => done(change(person, keyId, { paused: true })),
    start: { paused: false },
    shown: { paused: { reason: "owner", sentence: "You paused it." } },
  },
] as const;

describe.each(STOPS)("a key that is $name", ({ code, says, stop, start, shown }) => {
  test("is refused with the next click, pays with nothing else, may be tested, and works again", async () => {
    const { person, key, keyId } = await withKey();
    const other = await newKey();
    await person.saveKey(other, { label: "Other" });
    await stop(person, keyId);

    expect(await payersOf(person, { keyId })).toMatchObject({ keys: [], code });
    expect(await payersOf(person)).toMatchObject({ keys: [], code });
    const { error } = await person.chat({
      projectId: await person.createProject(),
      text: "say: hello",
      keyProvider: "personal",
    });
    expect(error).toMatchObject({ action: code === "key_expired" ? "extend_key" : "replace_key" });
    expect(error.error).toMatch(says);
    expect(await arrivedUpstream({ key })).toEqual([]);
    expect(await arrivedUpstream({ key: other })).toEqual([]);

    expect(await summaryOf(person, keyId)).toMatchObject({ ...shown, lastUsedAt: null });
    const { groups } = (await person.call("GET", "/api/v1/models")).body;
    const group = groups.find((each: { keyId: string | null }) => each.keyId === keyId);
    expect(group.reason).toMatch(/(Extend|resume).* in the API Keys tab\.$/);
    const tested = await done(person.call("POST", `${KEYS}/${keyId}/test`));
    expect(tested.body.result).toMatchObject({ outcome: "ok" });

    await done(change(person, keyId, start));
    expect(await payersOf(person)).toMatchObject({ keys: [key], code: null });
  });

  test("in the middle of an answer sends nothing more", async () => {
    const { person, keyId } = await withKey();
    const projectId = await person.createProject();
    const word = randomUUID();
    const text = `tool: writeFile ${JSON.stringify({ path: "a.txt", content: word })}`;
    let chunks: AsyncGenerator<ChatChunk> | undefined;
    await whileProjectIsLocked(projectId, async () => {
      chunks = chatChunks(await person.send({ projectId, text, keyProvider: "personal" }));
      await untilChunk(chunks, "tool-input-available");
      await stop(person, keyId);
    });
    const rest = chunks ? await restOf(chunks) : [];
    expect(rest.find(({ type }) => type === "data-chat-error")?.data).toMatchObject({ code });
    expect(await arrivedUpstream({ text: word })).toHaveLength(1);
  });

  test("is not the one that follows a deleted default", async () => {
    const { person, keyId } = await withKey();
    const second = await person.saveKey(await newKey(), { label: "Second" });
    const third = await person.saveKey(await newKey(), { label: "Third" });
    await stop(person, second);
    const preview = await person.call("GET", `${KEYS}/${keyId}/deletion`);
    expect(preview.body.nextDefault).toMatchObject({ id: third });
    await done(person.call("DELETE", `${KEYS}/${keyId}`));
    expect(await summaryOf(person, third)).toMatchObject({ isDefault: true });
  });
});

describe("the dates of a key", () => {
  test("are kept and shown, recorded without what they are, and taken away again", async () => {
    const { person, keyId } = await withKey();
    const expiresAt = inDays(90);
    const madeOn = dayOf(inDays(-10));
    const dates = { expiresAt, madeOn, rotateAfterDays: 60, tripwire: "pause" };
    await done(change(person, keyId, dates));
    expect(await summaryOf(person, keyId)).toMatchObject({
      ...dates,
      isExpired: false,
      rotateOn: dayOf(inDays(50)),
    });
    const [record] = await sql<{ detail: { changes: string[] } }>(
      "select detail from audit_events where object_id = $1 and action = 'ai_key.changed'",
      [keyId],
    );
    expect(record?.detail.changes).toEqual(["expiry", "made_on", "rotation", "tripwire_pause"]);
    await done(change(person, keyId, { expiresAt: null, madeOn: null, rotateAfterDays: null }));
    expect(await summaryOf(person, keyId)).toMatchObject({
      expiresAt: null,
      madeOn: null,
      rotateOn: null,
      tripwire: "pause",
    });
  });

  test.each<[name: string, body: Record<string, unknown>, says: RegExp]>([
    ["a date that is over", { expiresAt: inDays(-1) }, /is over/],
    ["a date in eleven years", { expiresAt: inDays(11 * 366) }, /10 years/],
    ["a date without a time", { expiresAt: "2031-01-01" }, /date until which/],
    ["no date at all", { expiresAt: "soon" }, /date until which/],
    ["a day that is no day", { madeOn: "2026-02-30" }, /day the key was made/],
    ["a day to come", { madeOn: dayOf(inDays(3)) }, /still to come/],
    ["a day of eleven years ago", { madeOn: dayOf(inDays(-11 * 366)) }, /10 years/],
    ["a reminder after no days", { rotateAfterDays: 0 }, /at least one day/],
    ["a reminder after half a day", { rotateAfterDays: 0.5 }, /number of days/],
    ["a reminder after a hundred years", { rotateAfterDays: 36_525 }, /at most 3650/],
    ["an unknown tripwire", { tripwire: "delete" }, /./],
    ["a pause that is no answer", { paused: "yes" }, /./],
  ])("%s is refused, and nothing changes", async (_name, body, says) => {
    const { person, keyId } = await withKey();
    const before = await everythingOf(person.userId);
    const answer = await change(person, keyId, body);
    expect(answer).toBeRefused({ status: 400, code: "invalid_request" });
    expect(answer.body.error).toMatch(says);
    expect(await everythingOf(person.userId)).toEqual(before);
  });

  test("do not end before the key was made", async () => {
    const { person, keyId } = await withKey();
    await endNow(keyId);
    await done(change(person, keyId, { madeOn: dayOf(inDays(-1)) }));
    await sql("update user_ai_api_keys set expires_at = now() - interval '20 days' where id = $1", [keyId]);
    const answer = await change(person, keyId, { madeOn: dayOf(inDays(-2)) });
    expect(answer).toBeRefused({ status: 400, code: "invalid_request" });
    expect(answer.body.error).toBe("A key cannot end before the day it was made.");
  });

  test("go with the secret that is replaced, and come back with it", async () => {
    const { person, keyId } = await withKey();
    const expiresAt = inDays(40);
    const madeOn = dayOf(inDays(-100));
    const replace = async (body: object) =>
      done(person.call("POST", `${KEYS}/${keyId}/replacement`, { apiKey: await newKey(), ...body }));
    await done(change(person, keyId, { expiresAt, madeOn, rotateAfterDays: 90, paused: true }));

    await replace({});
    const today = [dayOf(inDays(0)), dayOf(new Date().toISOString())];
    const fresh = await summaryOf(person, keyId);
    expect(fresh).toMatchObject({ expiresAt: null, rotateAfterDays: 90, paused: null });
    expect(today).toContain(fresh.madeOn);
    await done(person.call("POST", `${KEYS}/${keyId}/previous`));
    expect(await summaryOf(person, keyId)).toMatchObject({ expiresAt, madeOn, paused: { reason: "owner" } });

    await replace({ keepsExpiry: true, madeOn: dayOf(inDays(-1)) });
    expect(await summaryOf(person, keyId)).toMatchObject({ expiresAt, madeOn: dayOf(inDays(-1)) });
    // A date that is over would end the new key before its first message.
    await endNow(keyId);
    await replace({ keepsExpiry: true });
    expect(await summaryOf(person, keyId)).toMatchObject({ expiresAt: null, isExpired: false });
  });

  test("of another person's key nobody changes, and a session key has none", async () => {
    const { keyId } = await withKey();
    const bob = await newPerson();
    expect(await change(bob, keyId, { paused: true })).toBeRefused({ status: 404, code: "not_found" });
    const held = await bob.saveKey(await newKey(), { sessionOnly: true });
    expect(await change(bob, held, { expiresAt: inDays(3) })).toBeRefused({ status: 404 });
    expect(await summaryOf(bob, held)).toMatchObject({ expiresAt: null, tripwire: "off", paused: null });
  });

  test("pausing and resuming are recorded, once each", async () => {
    const { person, keyId } = await withKey();
    for (const paused of [true, true, false, false]) await done(change(person, keyId, { paused }));
    const records = await sql<{ action: string }>(
      "select action from audit_events where object_id = $1 and action in ('ai_key.paused', 'ai_key.resumed') order by at",
      [keyId],
    );
    expect(records.map(({ action }) => action)).toEqual(["ai_key.paused", "ai_key.resumed"]);
  });
});

const passes = () => Promise.all([1, 2, 3].map(() => tellOfKeyDates()));
const sooner = (keyId: string, interval: string) =>
  sql("update user_ai_api_keys set expires_at = expires_at - $2::interval where id = $1", [keyId, interval]);

describe("an owner is told", () => {
  test("of a near date at once, and of the nearest step only", async () => {
    const { person, keyId } = await withKey();
    await done(change(person, keyId, { expiresAt: inDays(31) }));
    expect(await toldOf(person)).toEqual([]);
    await done(change(person, keyId, { expiresAt: inDays(3) }));
    expect(await toldOf(person)).toMatchObject([
      { kind: "key_expiring", detail: { keyId, label: "Anthropic key", days: 7 } },
    ]);
    await done(change(person, keyId, { expiresAt: null }));
    await passes();
    expect(await stepsOf(person)).toEqual([["key_expiring", 7]]);
  });

  test("once for each day, however often its date is moved by a second", async () => {
    const { person, keyId } = await withKey();
    const noon = Date.parse(`${dayOf(inDays(5))}T12:00:00Z`);
    for (const seconds of [0, 1, 2, 3]) {
      const expiresAt = new Date(noon + seconds * 1000).toISOString();
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await done(change(person, keyId, { expiresAt }));
    }
    await passes();
    expect(await stepsOf(person)).toEqual([["key_expiring", 7]]);
    await done(change(person, keyId, { expiresAt: new Date(noon - DAY_MS).toISOString() }));
    expect(await stepsOf(person)).toHaveLength(2);
  });

  test("30, 7 and 1 days before a key ends and when it does, once from three servers", async () => {
    const { person, keyId } = await withKey();
    await done(change(person, keyId, { expiresAt: inDays(30.5) }));
    const steps: unknown[] = [];
    // Time passes by moving the date, which makes it another one: only the step that is reached counts here.
    for (const [passed, kind, days] of [
      ["12 hours 1 second", "key_expiring", 30],
      ["23 days 12 hours", "key_expiring", 7],
      ["6 days", "key_expiring", 1],
      ["1 day", "key_expired", 0],
    ] as const) {
      await sooner(keyId, passed);
      await passes();
      await passes();
      steps.push([kind, days]);
      expect(await stepsOf(person)).toEqual(steps);
    }
    expect(await payersOf(person)).toMatchObject({ code: "key_expired" });
  });

  test("of a key to be replaced, once for each due day", async () => {
    const { person, keyId } = await withKey();
    await done(change(person, keyId, { madeOn: dayOf(inDays(-100)), rotateAfterDays: 103 }));
    expect(await toldOf(person)).toEqual([]);
    await done(change(person, keyId, { rotateAfterDays: 90 }));
    await passes();
    expect(await toldOf(person)).toMatchObject([
      { kind: "key_rotation_due", detail: { keyId, at: dayOf(inDays(-10)) } },
    ]);
    await done(person.call("POST", `${KEYS}/${keyId}/replacement`, { apiKey: await newKey() }));
    await passes();
    expect(await stepsOf(person)).toHaveLength(1);
  });

  test("of nothing about a key that is switched off or deleted", async () => {
    const { person, keyId } = await withKey();
    const gone = await person.saveKey(await newKey(), { label: "Gone" });
    await done(change(person, keyId, { disabled: true, expiresAt: inDays(2) }));
    await sql("update user_ai_api_keys set expires_at = now() + interval '2 days' where id = $1", [gone]);
    await Promise.all([person.call("DELETE", `${KEYS}/${gone}`), passes()]);
    await passes();
    expect((await toldOf(person)).filter(({ detail }) => detail["keyId"] !== gone)).toEqual([]);
    const before = (await toldOf(person)).length;
    await passes();
    expect(await toldOf(person)).toHaveLength(before);
  });
});

import { describe, expect, test } from "vitest";
import { watchKeys } from "@/domain/spending/tripwire/watch-keys";
import { sql } from "../http/support/database";
import { newPerson } from "../http/support/new-person";
import { done, KEYS, payersOf, summaryOf } from "../http/support/provider-keys";
import { newKey } from "../http/support/stand-in";
import type { HttpPerson } from "../support/http-person";

const HAIKU = { model: "claude-haiku-4-5", outputPrice: 5_000_000 };
const OPUS = { model: "claude-opus-4-8", outputPrice: 25_000_000 };

interface Used {
  keyId: string;
  person: HttpPerson;
  dollars?: number;
  /** Requests, the last of them so long ago and the others before it. */
  times?: number;
  ago?: string;
  apart?: string;
  of?: typeof HAIKU;
  error?: string;
}

/** As requests are recorded. */
async function use({
  keyId,
  person,
  dollars = 0,
  times = 1,
  ago = "1 second",
  apart = "0",
  of = HAIKU,
  error,
}: Used) {
  await sql(
    `insert into usage_events (user_id, owner_kind, owner_id, key_provider, provider, model, key_id, at, outcome,
       error_code, cost_micro_usd, cost_source, price, duration_ms)
     select $1, 'person', $1, 'personal', 'anthropic', $2, $3, now() - $4::interval - n * $5::interval, $6,
       $7, $8, 'estimated', jsonb_build_object('output', $9::int), 900 from generate_series(0, $10::int - 1) n`,
    [
      person.userId,
      of.model,
      keyId,
      ago,
      apart,
      error ? "failed" : "completed",
      error ?? null,
      error ? null : Math.round(dollars * 1_000_000),
      of.outputPrice,
      times,
    ],
  );
  await sql("update user_ai_api_keys set last_used_at = now() where id = $1", [keyId]);
}

/** A key of a month ago with a quiet fortnight: a dollar in its busiest hour, a cent in most. */
async function usedKey(tripwire: string | null = "pause") {
  const person = await newPerson();
  const key = await newKey();
  const keyId = await person.saveKey(key);
  if (tripwire) await done(person.call("PATCH", `${KEYS}/${keyId}`, { tripwire }));
  await sql("update user_ai_api_keys set created_at = now() - interval '30 days' where id = $1", [keyId]);
  await use({ keyId, person, dollars: 0.01, times: 100, ago: "3 hours", apart: "3 hours" });
  await use({ keyId, person, dollars: 1, ago: "121 hours 30 minutes" });
  return { person, key, keyId };
}

const told = (person: HttpPerson) =>
  sql<{ kind: string; detail: Record<string, unknown> }>(
    "select kind, detail from notifications where owner_kind = 'person' and owner_id = $1 order by created_at",
    [person.userId],
  );
const kindsOf = async (person: HttpPerson) => (await told(person)).map(({ kind }) => kind);
const passes = (keyId: string) => Promise.all([1, 2, 3].map(() => watchKeys([keyId])));

/**
 * Spends as a thief does, with a look at the key after every two requests, until it is paused.
 *
 * @returns dollars
 */
async function steal({ keyId, person }: Used, dollars: number, of = HAIKU): Promise<number> {
  let stolen = 0;
  while ((await summaryOf(person, keyId)).paused === null && stolen < 100) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await use({ keyId, person, dollars, times: 2, of });
    stolen += 2 * dollars;
    // oxlint-disable-next-line no-await-in-loop
    await passes(keyId);
  }
  return stolen;
}

describe("a theft that is replayed", () => {
  test("as a burst against a quiet fortnight ends at the first look after it is unusual, and says why", async () => {
    const { person, keyId } = await usedKey();
    const stolen = await steal({ person, keyId }, 0.4);
    // More than six times the busiest hour, and no more than what two requests add to it.
    expect(stolen).toBeGreaterThan(6);
    expect(stolen).toBeLessThanOrEqual(6.81);

    const { paused } = await summaryOf(person, keyId);
    expect(paused).toMatchObject({ reason: "unusual_hour" });
    expect(paused?.sentence).toBe("Unusual spending: $6.40 within an hour, where the most before was $1.00.");
    expect(await payersOf(person)).toMatchObject({ keys: [], code: "key_paused" });
    expect(await told(person)).toMatchObject([
      {
        kind: "key_paused",
        detail: { keyId, label: "Anthropic key", reason: "unusual_hour", sentence: paused?.sentence },
      },
    ]);
    const records = await sql(
      "select detail from audit_events where object_id = $1 and action = 'ai_key.paused' and actor_id = 'system:tripwire'",
      [keyId],
    );
    expect(records).toEqual([{ detail: { provider: "anthropic", reason: "unusual_hour" } }]);
    expect(await passes(keyId)).toEqual([[], [], []]);
  });

  test("on a much dearer model, tried the day before, ends at three times the busiest hour", async () => {
    const { person, keyId } = await usedKey();
    await use({ keyId, person, dollars: 0.04, ago: "26 hours", of: OPUS });
    await passes(keyId);
    expect(await summaryOf(person, keyId)).toMatchObject({ paused: null });
    const stolen = await steal({ person, keyId }, 0.25, OPUS);
    expect(stolen).toBe(3.5);
    const { paused } = await summaryOf(person, keyId);
    expect(paused?.sentence).toMatch(/^Unusual spending: \$3\.50 within an hour on claude-opus-4-8, /);
  });
});

describe("an ordinary day", () => {
  test("of somebody who works a lot, with models used before, is left alone", async () => {
    const { person, keyId } = await usedKey();
    await use({ keyId, person, dollars: 2, times: 5, ago: "2 days", of: OPUS });
    await use({ keyId, person, dollars: 0.5, times: 80, apart: "30 seconds", of: OPUS });
    expect(await passes(keyId)).toEqual([[], [], []]);
  });

  test("with the first half hour on a dearer model is, too", async () => {
    const { person, keyId } = await usedKey();
    await use({ keyId, person, dollars: 0.1, times: 20, apart: "1 minute", of: OPUS });
    expect(await passes(keyId)).toEqual([[], [], []]);
  });

  test("with a limit of the provider now and then is, too", async () => {
    const { person, keyId } = await usedKey();
    await use({ keyId, person, times: 30, error: "provider_rate_limited" });
    await use({ keyId, person, dollars: 0.01, ago: "9 minutes" });
    expect(await passes(keyId)).toEqual([[], [], []]);
  });
});

test("twenty refusals in ten minutes with no answer pause a key", async () => {
  const { person, keyId } = await usedKey();
  await use({ keyId, person, times: 19, error: "provider_key_invalid" });
  await passes(keyId);
  expect(await summaryOf(person, keyId)).toMatchObject({ paused: null });
  await use({ keyId, person, error: "provider_rate_limited" });
  await passes(keyId);
  expect((await summaryOf(person, keyId)).paused?.sentence).toMatch(/refused 20 requests within ten minutes/);
});

test("without another choice the owner is told, once a day, and the key goes on", async () => {
  const { person, key, keyId } = await usedKey(null);
  const today = new Date().getUTCDate();
  await use({ keyId, person, dollars: 8 });
  await passes(keyId);
  await use({ keyId, person, dollars: 8 });
  await passes(keyId);
  const [first, ...others] = await told(person);
  expect(first).toMatchObject({
    kind: "unusual_spending",
    detail: { keyId, microUsd: 8_000_000, busiestMicroUsd: 1_000_000 },
  });
  // Another day may have begun.
  expect(others.length).toBeLessThanOrEqual(new Date().getUTCDate() === today ? 0 : 1);
  expect(await payersOf(person)).toMatchObject({ keys: [key] });
});

test("a key whose owner wants nothing of it is not looked at", async () => {
  const { person, keyId } = await usedKey("off");
  await use({ keyId, person, dollars: 50 });
  expect(await passes(keyId)).toEqual([[], [], []]);
  expect(await told(person)).toEqual([]);
});

test("a key of a day is never paused: its owner is told", async () => {
  const { person, keyId } = await usedKey();
  await sql("update user_ai_api_keys set created_at = now() - interval '23 hours' where id = $1", [keyId]);
  await use({ keyId, person, dollars: 9 });
  await passes(keyId);
  expect(await kindsOf(person)).toEqual(["unusual_spending"]);
  expect(await summaryOf(person, keyId)).toMatchObject({ paused: null });
});

test("what was accepted by resuming is usual from then on, and not counted again", async () => {
  const { person, key, keyId } = await usedKey();
  await steal({ person, keyId }, 3.5);
  await done(person.call("PATCH", `${KEYS}/${keyId}`, { paused: false }));
  expect(await passes(keyId)).toEqual([[], [], []]);
  expect(await payersOf(person)).toMatchObject({ keys: [key] });
  // Six times the seven dollars that were accepted.
  await use({ keyId, person, dollars: 40, ago: "0" });
  expect(await passes(keyId)).toEqual([[], [], []]);
  await use({ keyId, person, dollars: 3, ago: "0" });
  await watchKeys([keyId]);
  expect(await kindsOf(person)).toEqual(["key_paused", "key_paused"]);
});

test("what led to a pause is no usual use of the key that replaces it", async () => {
  const { person, keyId } = await usedKey();
  await steal({ person, keyId }, 30);
  await done(person.call("POST", `${KEYS}/${keyId}/replacement`, { apiKey: await newKey() }));
  expect(await summaryOf(person, keyId)).toMatchObject({ paused: null });
  await use({ keyId, person, dollars: 6, ago: "0" });
  await passes(keyId);
  // A new beginning, as that of a key of a day.
  expect(await kindsOf(person)).toEqual(["key_paused", "unusual_spending"]);
});

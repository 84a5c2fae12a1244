import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, inject, test } from "vitest";
import {
  CONNECTED,
  CONNECTIONS,
  comeBack,
  decide,
  exchangesOf,
  failed,
  keysOf,
  outcomeOf,
  refusedAs,
  startConnection,
} from "../http/support/connecting";
import { sql } from "../http/support/database";
import { everythingOf } from "../http/support/everything-of";
import { newPerson } from "../http/support/new-person";
import "../http/support/refusal-matchers";
import { standIn } from "../http/support/stand-in";
import type { HttpPerson } from "../support/http-person";

const appUrl = inject("appUrl");

let person: HttpPerson;
beforeAll(async () => {
  person = await newPerson();
});

test("the page is asked for a key with a challenge, and with nothing the challenge could be undone with", async () => {
  const page = await startConnection(person);
  expect(page.origin + page.pathname).toBe(`${inject("standInUrl")}/auth`);
  const { callback_url: callback, ...rest } = Object.fromEntries(page.searchParams);
  expect(rest).toEqual({
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: "S256",
  });
  const back = new URL(callback ?? "");
  expect(back.origin + back.pathname).toBe(`${appUrl}${CONNECTIONS}/openrouter/callback`);
  expect([...back.searchParams.keys()]).toEqual(["state"]);
  expect(back.searchParams.get("state")).toMatch(/^[\w-]{43}$/);
});

test("a person who agrees has a working, sealed key that no other person can see", async () => {
  const someone = await newPerson();
  const page = await startConnection(someone);
  const callback = await decide(page);
  expect(await comeBack(someone, callback)).toBe(CONNECTED);
  const [key, ...others] = await keysOf(someone);
  expect(others).toEqual([]);
  expect(key).toMatchObject({
    provider: "openrouter",
    label: "OpenRouter (connected)",
    kept: "stored",
    isDefault: true,
    status: "ok",
  });

  const tested = await someone.call("POST", `/api/v1/user/ai-keys/${key.id}/test`);
  expect(tested.body.result).toMatchObject({ outcome: "ok" });
  const { entries } = await standIn.journal({ bodies: false });
  const used = entries.findLast(
    ({ path, apiKey }) => path === "/api/v1/key" && apiKey?.endsWith(key.last4) === true,
  );
  expect(used?.apiKey).toMatch(/^sk-or-v1-DEMO/);
  const stored = await everythingOf(someone.userId);
  expect(JSON.stringify(stored)).not.toContain(used?.apiKey);
  // Records are written a moment later.
  const actions = async () =>
    (
      await sql<{ action: string }>(
        "select action from audit_events where object_id = $1 and action like 'ai_key.%' order by action",
        [key.id],
      )
    ).map(({ action }) => action);
  await expect.poll(actions).toEqual(["ai_key.connected", "ai_key.saved", "ai_key.tested"]);
});

test("the database holds neither the state nor the verifier of an attempt", async () => {
  const someone = await newPerson();
  const callback = await decide(await startConnection(someone));
  const state = callback.searchParams.get("state") ?? "";
  const rows = await sql("select * from verification where identifier like 'ai-connection:%'");
  expect(rows.length).toBeGreaterThan(0);
  expect(JSON.stringify(rows)).not.toContain(state);
  await comeBack(someone, callback);
  const [exchange] = await exchangesOf(callback.searchParams.get("code"));
  const verifier = String((exchange?.body as Record<string, unknown> | undefined)?.["code_verifier"]);
  expect(verifier).toMatch(/^[\w-]{43}$/);
  expect(JSON.stringify(rows)).not.toContain(verifier);
  expect(callback.href).not.toContain(verifier);
});

describe("an answer that is not this session's, or not the first, is worth nothing", () => {
  test("another state, none, and one that is far too long", async () => {
    const callback = await decide(await startConnection(person));
    for (const state of [randomUUID(), "", "x".repeat(10_000)]) {
      const forged = new URL(callback);
      forged.searchParams.set("state", state);
      expect(await outcomeOf(person, forged)).toEqual(refusedAs("expired"));
    }
    callback.searchParams.delete("state");
    expect(await outcomeOf(person, callback)).toEqual(refusedAs("expired"));
  });

  test("another person's: an account cannot be added to someone else's keys", async () => {
    const attacker = await newPerson();
    const callback = await decide(await startConnection(attacker));
    expect(await outcomeOf(person, callback)).toEqual(refusedAs("other_session"));
    expect((await keysOf(person)).length).toBe(0);
    // Another person presented it, so it is used up for the person who began it too.
    expect(await outcomeOf(attacker, callback)).toEqual(refusedAs("expired"));
    expect(await keysOf(attacker)).toEqual([]);
  });

  test("the same person's on another device", async () => {
    const phone = await person.onAnotherDevice();
    expect(await outcomeOf(phone, await decide(await startConnection(person)))).toEqual(
      refusedAs("other_session"),
    );
  });

  test("after signing out, one is asked to sign in", async () => {
    const someone = await newPerson();
    const callback = await decide(await startConnection(someone));
    await someone.signOut();
    expect(await comeBack(someone, callback)).toBe("/sign-in?next=%2Fsettings");
    expect(await comeBack({ cookie: "" }, callback)).toBe("/sign-in?next=%2Fsettings");
    expect(await exchangesOf(callback.searchParams.get("code"))).toEqual([]);
  });

  test("later than ten minutes", async () => {
    const someone = await newPerson();
    const callback = await decide(await startConnection(someone));
    const [session] = await sql<{ id: string }>("select id from session where user_id = $1", [
      someone.userId,
    ]);
    const [attempt] = await sql<{ left: number }>(
      "select extract(epoch from expires_at - (now() at time zone 'utc'))::int as left from verification where value = $1",
      [session?.id],
    );
    expect(attempt?.left).toBeGreaterThan(500);
    expect(attempt?.left).toBeLessThanOrEqual(600);
    await sql("update verification set expires_at = '2001-01-01' where value = $1", [session?.id]);
    expect(await outcomeOf(someone, callback)).toEqual(refusedAs("expired"));
  });

  test("a second time: one key", async () => {
    const someone = await newPerson();
    const callback = await decide(await startConnection(someone));
    const answers = await Promise.all([comeBack(someone, callback), comeBack(someone, callback)]);
    expect(answers.toSorted()).toEqual([CONNECTED, failed("expired")].toSorted());
    expect(await comeBack(someone, callback)).toBe(failed("expired"));
    expect(await keysOf(someone)).toHaveLength(1);
    expect(await exchangesOf(callback.searchParams.get("code"))).toHaveLength(1);
  });

  test("after the person declined", async () => {
    const callback = await decide(await startConnection(person), "deny");
    expect(callback.searchParams.get("code")).toBeNull();
    expect(await comeBack(person, callback)).toBe(failed("denied"));
    expect(await keysOf(person)).toEqual([]);
  });
});

test("a code the provider does not know is refused by it", async () => {
  const callback = await decide(await startConnection(person));
  callback.searchParams.set("code", `auth_code_${randomUUID()}`);
  expect(await comeBack(person, callback)).toBe(failed("exchange_refused"));
  expect(await keysOf(person)).toEqual([]);
});

test("an account can be connected where the provider offers it, and nowhere else", async () => {
  const { providers } = (await person.call("GET", "/api/v1/ai-providers")).body;
  const ids = (can: boolean) =>
    providers
      .filter(({ canConnect }: { canConnect: boolean }) => canConnect === can)
      .map(({ id }: { id: string }) => id);
  expect(ids(true)).toEqual(["openrouter"]);
  expect(ids(false)).toEqual(expect.arrayContaining(["anthropic", "openai", "openai-compatible"]));
  for (const id of ids(false)) {
    expect(await person.call("POST", `${CONNECTIONS}/${id}`)).toBeRefused({ code: "not_found" });
    const callback = new URL(`${appUrl}${CONNECTIONS}/${id}/callback?state=x&code=y`);
    expect(await comeBack(person, callback)).toBe("/settings#keys");
  }
  expect(await person.call("POST", `${CONNECTIONS}/acme`)).toBeRefused({ code: "unknown_provider" });
  expect(await person.call("POST", `${CONNECTIONS}/openrouter/callback`)).toBeRefused({
    code: "method_not_allowed",
  });
});

test("ten are begun in a minute, no more", async () => {
  const someone = await newPerson();
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => someone.call("POST", `${CONNECTIONS}/openrouter`)),
  );
  const limited = answers.filter(({ status }) => status === 429);
  expect(limited).toHaveLength(2);
  for (const answer of limited) expect(answer).toBeRefused({ code: "rate_limited" });
});

test("a person at the key limit gets an error, and nothing is saved", async () => {
  const someone = await newPerson();
  await someone.saveKey(`sk-ant-${randomUUID()}`);
  await sql(
    `insert into user_ai_api_keys (user_id, provider, label, is_default, api_key, last4, fingerprint, seal_purpose)
     select user_id, provider, 'copy', false, api_key, last4, fingerprint, seal_purpose || n
     from user_ai_api_keys, generate_series(1, 39) n where user_id = $1`,
    [someone.userId],
  );
  expect(await comeBack(someone, await decide(await startConnection(someone)))).toBe(failed("not_saved"));
  expect(await keysOf(someone)).toHaveLength(40);
});

import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { chatNotice } from "@/contracts/chat-notice";
import type { LimitView } from "@/contracts/spending-limits";
import { sql } from "../http/support/database";
import { newPerson } from "../http/support/new-person";
import { OPERATORS } from "../http/support/operators";
import { countUses } from "../http/support/rate-limits";
import { arrivedUpstream, newKey } from "../http/support/stand-in";
import type { HttpPerson } from "../support/http-person";
import "../http/support/refusal-matchers";

/*
 * Over the route of a message. Limits here are of single people and keys: what all people together meet is in
 * tests/database/limits-battery.ts, because other tests share this installation.
 */

let operator: HttpPerson;
beforeAll(async () => {
  operator = await newPerson({ name: "Lia Limits", email: OPERATORS.limits });
});

const DAY = { measure: "micro_usd", period: "day", hard: true } as const;

async function limitOf(person: HttpPerson, more: Record<string, unknown>): Promise<LimitView> {
  const { status, body, text } = await person.call("POST", "/api/v1/limits", {
    scope: { kind: "person" },
    ...DAY,
    ...more,
  });
  if (status !== 200) throw new Error(text);
  return body;
}

async function allowanceOf(person: HttpPerson, more: Record<string, unknown>): Promise<LimitView> {
  const { status, body, text } = await operator.call("POST", "/api/v1/operator/limits", {
    scope: { kind: "person", id: person.userId },
    ...DAY,
    ...more,
  });
  if (status !== 200) throw new Error(text);
  return body;
}

async function limitsOf(person: HttpPerson): Promise<{ limits: LimitView[]; allowances: LimitView[] }> {
  return (await person.call("GET", "/api/v1/limits")).body;
}

/** A person with a key of their own and a project. */
async function someone() {
  const person = await newPerson();
  const keyId = await person.saveKey(await newKey());
  const projectId = await person.createProject();
  return { person, keyId, projectId, own: { projectId, keyProvider: "personal" } };
}

describe("a message that a limit has no room for", () => {
  test("is refused before anything is sent, says what to do, and goes through once the limit is raised", async () => {
    const { person, keyId, own } = await someone();
    const limit = await limitOf(person, {
      scope: { kind: "key", id: keyId },
      amount: 500,
      timeZone: "Europe/Berlin",
    });
    const text = `say: ${randomUUID()}`;
    const refused = await person.chat({ ...own, text });
    expect(refused.error).toMatchObject({
      code: "limit_exhausted",
      message: expect.stringMatching(
        /^This key's limit of \$0\.0005 a day has no room for this message: \$0\.00 used\. It resets on .* \(Europe\/Berlin\)\. Nothing was sent\..* Raise it, or choose another key\.$/,
      ),
      action: "raise_limit",
      otherActions: ["ask_for_more", "open_model_selection"],
      limit: {
        id: limit.id,
        scope: "key",
        measure: "micro_usd",
        period: "day",
        amount: 500,
        spent: 0,
        reserved: 0,
        resetsAt: limit.window?.endsAt?.replace("Z", ".000Z"),
        mayRaise: true,
        raiseBy: expect.any(Number),
      },
      fits: { maxTokens: 0 },
    });
    expect(await arrivedUpstream({ text })).toEqual([]);
    const by = refused.error?.limit?.raiseBy;
    const raised = await person.call("POST", `/api/v1/limits/${limit.id}/raise`, { by });
    expect(raised.body).toMatchObject({ amount: 500, window: { raised: by, spent: 0 } });
    expect(await person.chat({ ...own, text })).toMatchObject({ status: 200 });
    expect(await arrivedUpstream({ text })).toHaveLength(1);
    const [counted] = (await limitsOf(person)).limits;
    const [used] = await sql<{ cost: number }>(
      "select sum(cost_micro_usd)::int as cost from usage_events where user_id = $1",
      [person.userId],
    );
    expect(counted?.window).toMatchObject({ spent: used?.cost, reserved: 0, raised: by });
  });

  test("asks the operators for more, once a day, where the platform pays", async () => {
    const { person, projectId } = await someone();
    const allowance = await allowanceOf(person, { amount: 0, period: "month" });
    const text = `say: ${randomUUID()}`;
    const refused = await person.chat({ projectId, text });
    expect(refused.error).toMatchObject({
      code: "allowance_exhausted",
      message: expect.stringMatching(
        /^Your allowance of \$0\.00 a month on the platform's key .* Ask for more, or choose a key of your own/,
      ),
      limit: { id: allowance.id, mayRaise: false, raiseBy: null },
    });
    expect(await arrivedUpstream({ text })).toEqual([]);
    for (const _ of [1, 2]) {
      const asked = await person.call("POST", `/api/v1/limits/${allowance.id}/requests`);
      expect(asked.status).toBe(200);
    }
    const told = await sql<{ detail: unknown }>(
      "select detail from notifications where owner_kind = 'installation' and kind = 'limit_request' and detail->>'limitId' = $1",
      [allowance.id],
    );
    expect(told).toEqual([
      { detail: expect.objectContaining({ personId: person.userId, amount: 0, period: "month" }) },
    ]);
    // A key of one's own never meets it.
    expect(await person.chat({ projectId, keyProvider: "personal", text })).toMatchObject({ status: 200 });
    expect((await limitsOf(person)).allowances).toMatchObject([{ id: allowance.id, window: { spent: 0 } }]);
    // Not theirs to change, and theirs is not another's.
    for (const [method, path, body] of [
      ["PATCH", "", { amount: 5 }],
      ["DELETE", "", undefined],
      ["POST", "/raise", { by: 5 }],
    ] as const) {
      const answer = await person.call(method, `/api/v1/limits/${allowance.id}${path}`, body);
      expect(answer).toBeRefused({ status: 404, code: "not_found" });
    }
    const raised = await operator.call("POST", `/api/v1/limits/${allowance.id}/raise`, { by: 10_000_000 });
    expect(raised.status).toBe(200);
    expect(await person.chat({ projectId, text })).toMatchObject({ status: 200 });
  });

  test("is answered as long as fits, says so when it is cut there, and refused when nothing does", async () => {
    const { person, own } = await someone();
    const limit = await limitOf(person, { measure: "tokens", amount: 3500 });
    const key = await newKey();
    await person.saveKey(key);
    const answer = await person.chat({ ...own, text: "say: hello" });
    expect(answer.text).toBe("hello");
    const [sent] = await arrivedUpstream({ key });
    const most = (sent?.body as { max_tokens: number } | undefined)?.max_tokens ?? 0;
    expect(most).toBeGreaterThan(256);
    expect(most).toBeLessThan(3500);

    const text = `say: ${"word ".repeat(1200)}`;
    const [used] = (await limitsOf(person)).limits;
    const input = 3500 - most + text.length / 2;
    await person.call("PATCH", `/api/v1/limits/${limit.id}`, {
      amount: Math.ceil((used?.window?.spent ?? 0) + input + 400),
    });
    const cut = await person.chat({ ...own, text });
    expect(cut.text.length).toBeLessThan(text.length);
    expect(cut.chunks).toContainEqual({ type: "data-chat-notice", data: chatNotice("cut_by_limit") });
    expect((await person.chat({ ...own, text })).error?.code).toBe("limit_exhausted");
  });

  test("waits for the next minute, or for the other one, where requests are counted", async () => {
    const { person, own } = await someone();
    const parallel = await limitOf(person, { measure: "parallel", period: "total", amount: 0 });
    const waits = await person.chat({ ...own, text: "say: hello" });
    expect(waits.error).toMatchObject({
      code: "parallel_limit",
      action: "retry",
      retryAt: expect.any(String),
    });
    await person.call("DELETE", `/api/v1/limits/${parallel.id}`);
    await limitOf(person, { measure: "requests", period: "minute", amount: 0 });
    const later = await person.chat({ ...own, text: "say: hello" });
    expect(later.error).toMatchObject({
      code: "rate_limited",
      message: expect.stringMatching(
        /^Your limit of 0 requests a minute for your own keys is reached\. Try again in \d+ seconds?\.$/,
      ),
      retryAt: expect.any(String),
    });
  });

  test("takes the rounds of one message after one another", async () => {
    const { person, own } = await someone();
    await limitOf(person, { measure: "parallel", period: "total", amount: 1 });
    const money = await limitOf(person, { amount: 5_000_000 });
    const text = `tool: writeFile ${JSON.stringify({ path: "a.txt", content: "a" })}`;
    expect(await person.chat({ ...own, text })).toMatchObject({ text: "done", error: null });
    const [used] = await sql<{ rounds: number; cost: number }>(
      "select count(*)::int as rounds, sum(cost_micro_usd)::int as cost from usage_events where user_id = $1",
      [person.userId],
    );
    expect(used?.rounds).toBe(2);
    const { limits } = await limitsOf(person);
    expect(limits.map(({ window }) => window?.reserved)).toEqual([0, 0]);
    expect(limits.find(({ id }) => id === money.id)?.window?.spent).toBe(used?.cost);
  });

  test("names the missing price of a model, unless the limit has one for such models", async () => {
    const { person, own, keyId } = await someone();
    const limit = await limitOf(person, { amount: 50_000_000 });
    const unknown = { ...own, keyId, aiProvider: "anthropic", model: "claude-of-another-day" };
    const refused = await person.chat({ ...unknown, text: "say: hello" });
    expect(refused.error).toMatchObject({ code: "price_unknown", action: "open_model_selection" });
    const fallbackPrice = { input: 3_000_000, output: 15_000_000 };
    await person.call("PATCH", `/api/v1/limits/${limit.id}`, { fallbackPrice });
    // It is sent, and its provider does not know the model either: nothing is charged, nothing stays held.
    const sent = await person.chat({ ...unknown, text: "say: hello" });
    expect(sent.error?.code).toBe("provider_model_unavailable");
    expect((await limitsOf(person)).limits[0]?.window).toMatchObject({ spent: 0, reserved: 0 });
  });
});

describe("a limit", () => {
  test("begins with what its running window has used, and keeps it when it is changed", async () => {
    const { person, keyId, own } = await someone();
    await person.chat({ ...own, text: "say: hello" });
    const [used] = await sql<{ cost: number; tokens: number }>(
      "select cost_micro_usd::int as cost, input_tokens + output_tokens as tokens from usage_events where user_id = $1",
      [person.userId],
    );
    const money = await limitOf(person, { amount: 1_000_000 });
    const tokens = await limitOf(person, {
      scope: { kind: "key", id: keyId },
      measure: "tokens",
      period: "month",
      amount: 1e6,
    });
    expect([money.window?.spent, tokens.window?.spent]).toEqual([used?.cost, used?.tokens]);
    const changed = await person.call("PATCH", `/api/v1/limits/${money.id}`, { amount: 10, hard: false });
    expect(changed.body).toMatchObject({ amount: 10, hard: false, window: { spent: used?.cost } });
    expect((await limitsOf(person)).limits.map(({ scope }) => scope)).toEqual([
      { kind: "person", id: person.userId, name: "Test Person" },
      { kind: "key", id: keyId, name: expect.stringMatching(/^anthropic \(….{4}\)$/) },
    ]);
    const actions = await sql(
      "select action from audit_events where actor_id = $1 and action like 'limit.%' order by at",
      [person.userId],
    );
    expect(actions.map((row) => row["action"])).toEqual(["limit.created", "limit.created", "limit.changed"]);
  });

  test("of a person is in the audit trail without its figures, which operators would read", async () => {
    const person = await newPerson();
    const own = await limitOf(person, { amount: 1234 });
    await person.call("PATCH", `/api/v1/limits/${own.id}`, { amount: 1235 });
    await person.call("POST", `/api/v1/limits/${own.id}/raise`, { by: 1236 });
    await person.call("DELETE", `/api/v1/limits/${own.id}`);
    const platforms = await allowanceOf(person, { amount: 1237 });
    const recorded = await sql<{ action: string; detail: Record<string, unknown> }>(
      `select action, detail - 'session' as detail from audit_events where object_id in ($1, $2)
       order by object_id = $2, action`,
      [own.id, platforms.id],
    );
    const kind = { measure: "micro_usd", period: "day" };
    const made = { ...kind, scope: "person", scopeId: person.userId, hard: true };
    expect(recorded).toEqual([
      { action: "limit.changed", detail: { changed: ["amount"], hard: true } },
      { action: "limit.created", detail: made },
      { action: "limit.deleted", detail: kind },
      { action: "limit.raised", detail: {} },
      { action: "limit.created", detail: { ...made, amount: 1237 } },
    ]);
  });

  test("is changed, and asked to be more, so often in a minute and no more", async () => {
    const person = await newPerson();
    const own = await limitOf(person, { amount: 5 });
    const allowance = await allowanceOf(person, { amount: 5 });
    await countUses("limit-change", person.userId, 120);
    for (const [method, path, body] of [
      ["POST", "", { scope: { kind: "person" }, ...DAY, period: "week", amount: 5 }],
      ["PATCH", `/${own.id}`, { amount: 6 }],
      ["POST", `/${own.id}/raise`, { by: 6 }],
      ["POST", `/${allowance.id}/requests`, undefined],
      ["DELETE", `/${own.id}`, undefined],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop -- one after another
      const answer = await person.call(method, `/api/v1/limits${path}`, body);
      expect(answer).toBeRefused({ status: 429, code: "rate_limited" });
    }
    expect((await limitsOf(person)).limits).toMatchObject([{ id: own.id, amount: 5, window: { raised: 0 } }]);
  });

  test("is one of its kind, and they are not more than a page shows", async () => {
    const { person } = await someone();
    await limitOf(person, { amount: 5 });
    const again = await person.call("POST", "/api/v1/limits", {
      scope: { kind: "person" },
      ...DAY,
      amount: 6,
    });
    expect(again).toBeRefused({ status: 409, code: "conflict" });
    await sql(
      `insert into limits (owner_kind, owner_id, scope_kind, scope_id, payer, measure, amount, period, time_zone, hard, created_by)
       select 'person', $1, 'key', n::text, 'person', 'tokens', 1, 'day', 'UTC', false, $1 from generate_series(1, 49) n`,
      [person.userId],
    );
    const more = await person.call("POST", "/api/v1/limits", {
      scope: { kind: "person" },
      ...DAY,
      period: "week",
      amount: 6,
    });
    expect(more).toBeRefused({ status: 400, code: "limit_reached" });
  });

  test.each([
    ["another's key", { scope: { kind: "key", id: randomUUID() } }, 404, "not_found"],
    ["the platform's scope", { scope: { kind: "installation" } }, 400, "invalid_request"],
    ["a negative amount", { amount: -1 }, 400, "invalid_request"],
    ["a part of a micro-dollar", { amount: 1.5 }, 400, "invalid_request"],
    ["more than there is", { amount: 1e16 }, 400, "invalid_request"],
    ["no time zone", { timeZone: "Mars/Olympus" }, 400, "invalid_request"],
    ["an offset", { timeZone: "+05:45" }, 400, "invalid_request"],
    ["an eighth day", { weekStart: 8 }, 400, "invalid_request"],
    ["a threshold of nothing", { thresholds: [0] }, 400, "invalid_request"],
    ["money of a minute", { period: "minute" }, 400, "invalid_request"],
    ["parallel requests of a day", { measure: "parallel" }, 400, "invalid_request"],
    [
      "a price for tokens",
      { measure: "tokens", fallbackPrice: { input: 1, output: 1 } },
      400,
      "invalid_request",
    ],
    ["a field too many", { owner: "me" }, 400, "invalid_request"],
  ] as const)("is refused with %s", async (_, wrong, status, code) => {
    const answer = await operator.call("POST", "/api/v1/limits", {
      scope: { kind: "person" },
      ...DAY,
      amount: 5,
      ...wrong,
    });
    expect(answer).toBeRefused({ status, code });
  });
});

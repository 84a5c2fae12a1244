import { randomBytes, randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import type { ReconciliationResponse } from "@/contracts/reconciliation";
import { openValue } from "@/domain/vault/sealing/open-value";
import { ADMIN_KEYS } from "@/domain/vault/sealing/sealed-columns";
import { PLATFORM_DEMO_KEY } from "../../demo/stand-in/demo-keys";
import { sql } from "../http/support/database";
import { newPerson } from "../http/support/new-person";
import { OPERATORS } from "../http/support/operators";
import { forgetUses } from "../http/support/rate-limits";
import type { HttpPerson } from "../support/http-person";
import { type ReportAnswer, ReportingProvider, type ReportRequest } from "./support/reporting-provider";
import "../http/support/refusal-matchers";

const provider = new ReportingProvider().use();

const dayMs = 86_400_000;
/** A UTC day before today. */
const ago = (days: number) => new Date(Date.now() - days * dayMs).toISOString().slice(0, 10);

const newKey = (beginning: string) => `${beginning}${randomBytes(24).toString("hex")}`;
const adminKeyOf = { anthropic: "sk-ant-admin01-", openai: "sk-admin-" };

/** Whose requests are all refused. */
let somebody: HttpPerson | undefined;

interface Usage {
  provider: string;
  day: string;
  dollars: number | null;
  last4?: string;
  keyId?: string;
  requestId?: string;
  source?: string;
}

/** Stores a request as it was counted. @returns its id */
async function counted(person: HttpPerson, usage: Usage): Promise<string> {
  const [row] = await sql<{ id: string }>(
    `insert into usage_events (at, user_id, owner_kind, owner_id, key_provider, provider, model, key_last4, key_id, key_label,
      outcome, duration_ms, cost_micro_usd, cost_source, provider_request_id, requests)
     values ($1, $2, 'person', $2, 'personal', $3, 'a-model', $4, $5, 'Work', 'completed', 1, $6, $7, $8, 1) returning id`,
    [
      `${usage.day}T12:00:00Z`,
      person.userId,
      usage.provider,
      usage.last4 ?? null,
      usage.keyId ?? null,
      usage.dollars === null ? null : Math.round(usage.dollars * 1e6),
      usage.source ?? "estimated",
      usage.requestId ?? null,
    ],
  );
  return row?.id ?? "";
}

const save = (person: HttpPerson, of: "anthropic" | "openai", apiKey: string) =>
  person.call("POST", "/api/v1/admin-keys", { provider: of, apiKey });

const run = (person: HttpPerson) => person.call("POST", "/api/v1/reconciliation/runs");

async function report(person: HttpPerson, query = ""): Promise<ReconciliationResponse> {
  const answer = await person.call("GET", `/api/v1/reconciliation${query}`);
  expect(answer.status).toBe(200);
  return answer.body;
}

const figures = ({ rows }: ReconciliationResponse) =>
  rows.map(({ day, last4, ours, theirs, gapMicroUsd, isNotable }) => ({
    day,
    last4,
    ours: ours.microUsd,
    theirs: theirs?.microUsd ?? null,
    gap: gapMicroUsd,
    isNotable,
  }));

interface AnthropicCost {
  day: string;
  key: string | null;
  amount: unknown;
  list?: unknown;
  model?: string;
}

/** Answers as Anthropic does: each list of costs is a page. */
function anthropic(keys: Record<string, string>, pages: AnthropicCost[][], more: object = {}) {
  return ({ path, search }: ReportRequest): ReportAnswer => {
    if (path === "/v1/organizations/api_keys") {
      const data = Object.entries(keys).map(([id, hint]) => ({ id, name: id, partial_key_hint: hint }));
      return { body: { data, has_more: false, last_id: null } };
    }
    if (path !== "/v1/organizations/analytics/cost") return { status: 404 };
    const at = Number(search.get("page")?.slice(2) ?? 0);
    const data = (pages[at] ?? []).map(({ day, key, amount, list, model = "claude-haiku-4-5" }) => ({
      starting_at: `${day}T00:00:00Z`,
      ending_at: `${day}T00:00:00Z`,
      cost: { amount, list_amount: list ?? amount, currency: "USD", ...more },
      group: { api_key_id: key, model },
    }));
    const hasMore = at + 1 < pages.length;
    return { body: { data, has_more: hasMore, next_page: hasMore ? `p_${at + 1}` : null } };
  };
}

async function withAdminKey(of: "anthropic" | "openai", answer: (request: ReportRequest) => ReportAnswer) {
  const [person, key] = [await newPerson(), newKey(adminKeyOf[of])];
  provider.answering(key, answer);
  const saved = await save(person, of, key);
  expect(saved).toMatchObject({ status: 200, body: { id: expect.any(String) } });
  return { person, key, id: String(saved.body.id) };
}

const gapsOf = (person: HttpPerson) =>
  sql<{ dedupe_key: string; detail: object }>(
    "select dedupe_key, detail from notifications where owner_id = $1 and kind = 'reconciliation_gap' order by 1",
    [person.userId],
  );

describe("Anthropic's report", () => {
  test("is summed by key and day over all pages, beside what was counted; other keys are apart", async () => {
    const keys = { apikey_1: "sk-ant-api03-abc...igAA", apikey_2: "sk-ant-api03-xyz...zzzz" };
    const pages = [
      [
        { day: ago(3), key: "apikey_1", amount: "150.0000004", list: "200" },
        { day: ago(3), key: "apikey_1", amount: "50", list: "60", model: "claude-opus-5-5" },
      ],
      [
        { day: ago(2), key: "apikey_1", amount: "0.00316" },
        { day: ago(2), key: "apikey_2", amount: "1234.5" },
        { day: ago(2), key: null, amount: 7 },
      ],
    ];
    const { person, key } = await withAdminKey("anthropic", anthropic(keys, pages));
    await counted(person, { provider: "anthropic", day: ago(3), dollars: 1.5, last4: "igAA" });
    await counted(person, { provider: "anthropic", day: ago(3), dollars: 0.25, last4: "igAA" });
    await counted(person, { provider: "anthropic", day: ago(4), dollars: 3, last4: "igAA" });
    await counted(person, { provider: "anthropic", day: ago(4), dollars: 1, last4: "none" });
    expect(await run(person)).toMatchObject({ status: 200, body: { checked: 1, failed: 0 } });

    const found = await report(person);
    const row = { last4: "igAA", isNotable: false };
    expect(figures(found)).toEqual([
      { ...row, day: ago(2), ours: 0, theirs: 32, gap: 32 },
      { ...row, day: ago(3), ours: 1_750_000, theirs: 2_000_000, gap: 250_000 },
      // Listed and charged nothing, so the whole of it is a gap; a key that is not listed has none.
      { ...row, day: ago(4), ours: 3_000_000, theirs: 0, gap: -3_000_000, isNotable: true },
      { ...row, last4: "none", day: ago(4), ours: 1_000_000, theirs: null, gap: null },
    ]);
    expect(found.rows[1]?.theirs?.listMicroUsd).toBe(2_600_000);
    expect(found.otherKeys).toEqual([
      { provider: "anthropic", providerName: "Anthropic", microUsd: 12_415_000 },
    ]);
    expect(found.sources).toMatchObject([{ kind: "admin_key", last4: key.slice(-4), failure: null }]);
    const days = await report(person, `?from=${ago(3)}&to=${ago(3)}`);
    expect(figures(days).map(({ day }) => day)).toEqual([ago(3)]);

    const costs = provider.received(key).filter(({ path }) => path.endsWith("/cost"));
    expect(costs.at(-1)?.headers).toMatchObject({ "anthropic-beta": "analytics-usage-cost-2026-08-24" });
    const { search } = costs.at(-1) ?? { search: new URLSearchParams() };
    expect(search.getAll("group_by[]")).toEqual(["api_key_id", "model"]);
    expect(Date.parse(search.get("ending_at") ?? "") - Date.parse(search.get("starting_at") ?? "")).toBe(
      31 * dayMs,
    );
  });

  test("a later report replaces the figures of its days, and a gap is told once", async () => {
    const keys = { apikey_1: "...igAA" };
    const charge = (amount: string) => [
      [
        { day: ago(3), key: "apikey_1", amount },
        // One dollar exactly, and 5 % exactly: not above.
        { day: ago(4), key: "apikey_1", amount: "100" },
        { day: ago(5), key: "apikey_1", amount: "10500" },
      ],
    ];
    const { person, key } = await withAdminKey("anthropic", anthropic(keys, charge("900")));
    await counted(person, { provider: "anthropic", day: ago(5), dollars: 99.75, last4: "igAA" });
    await counted(person, { provider: "anthropic", day: ago(3), dollars: 1, last4: "igAA" });
    await run(person);
    await run(person);
    expect(await gapsOf(person)).toEqual([
      {
        dedupe_key: `anthropic:igAA:${ago(3)}`,
        detail: {
          provider: "anthropic",
          providerName: "Anthropic",
          key: "Work",
          day: ago(3),
          oursMicroUsd: 1_000_000,
          theirsMicroUsd: 9_000_000,
        },
      },
    ]);
    provider.answering(key, anthropic(keys, [[{ day: ago(3), key: "apikey_1", amount: "800" }]]));
    await run(person);
    expect(figures(await report(person)).map(({ day, theirs }) => [day, theirs])).toEqual([
      [ago(3), 8_000_000],
      [ago(5), 0],
    ]);
    // The days that vanished from the report are a gap now; the one of before is not told again.
    expect((await gapsOf(person)).map((gap) => gap.dedupe_key)).toEqual(
      [`anthropic:igAA:${ago(3)}`, `anthropic:igAA:${ago(5)}`].toSorted(),
    );
  });

  test("keys that end alike are summed and not told of", async () => {
    const keys = { apikey_1: "...igAA", apikey_2: "...igAA" };
    const pages = [
      [
        { day: ago(3), key: "apikey_1", amount: "900" },
        { day: ago(3), key: "apikey_2", amount: "300" },
      ],
    ];
    const { person } = await withAdminKey("anthropic", anthropic(keys, pages));
    await counted(person, { provider: "anthropic", day: ago(3), dollars: 1, last4: "igAA" });
    await run(person);
    const { rows } = await report(person);
    expect(rows).toMatchObject([{ theirs: { microUsd: 12_000_000 }, isAmbiguous: true, isNotable: false }]);
    expect(await gapsOf(person)).toEqual([]);
  });
});

const whole = (answer: ReportAnswer) => () => answer;

describe("a report that cannot be", () => {
  const keys = { apikey_1: "...igAA" };
  let person: HttpPerson;
  let key: string;
  let before: unknown;
  beforeAll(async () => {
    ({ person, key } = await withAdminKey("anthropic", cost("100")));
    await counted(person, { provider: "anthropic", day: ago(3), dollars: 1, last4: "igAA" });
    await run(person);
    before = figures(await report(person));
  });
  const cost = (amount: unknown) => anthropic(keys, [[{ day: ago(3), key: "apikey_1", amount }]]);
  const BAD =
    "Anthropic's report could not be read, or holds figures that cannot be. None of it was taken over.";
  test.each<[string, (request: ReportRequest) => ReportAnswer, string | RegExp]>([
    ["a negative figure", cost("-1"), BAD],
    ["an absurd figure", cost("99999999999999"), BAD],
    ["a figure that is none", cost("1,5"), BAD],
    ["no figure", cost(null), BAD],
    [
      "another currency",
      anthropic(keys, [[{ day: ago(3), key: "apikey_1", amount: "1" }]], { currency: "EUR" }),
      BAD,
    ],
    ["a day that is none", anthropic(keys, [[{ day: "soon", key: "apikey_1", amount: "1" }]]), BAD],
    ["an id that is none", anthropic(keys, [[{ day: ago(3), key: "a b\n", amount: "1" }]]), BAD],
    [
      "a list without an end",
      whole({ body: { data: [], has_more: true, next_page: "p_1", last_id: "k" } }),
      BAD,
    ],
    ["another form", whole({ body: { data: "none" } }), BAD],
    ["no JSON", whole({ body: '{"data": [' }), BAD],
    ["a page", whole({ body: "<html>Sign in</html>", headers: { "content-type": "text/html" } }), BAD],
    [
      "401",
      whole({ status: 401, body: { error: { type: "authentication_error" } } }),
      /does not accept this key/,
    ],
    [
      "403",
      whole({ status: 403, body: { error: { type: "permission_error" } } }),
      /does not let this key read/,
    ],
    ["429", whole({ status: 429, body: { error: { type: "rate_limit_error" } } }), /asked too often/],
    ["500", whole({ status: 500 }), /problem on its side/],
    [
      "a redirect",
      whole({ status: 302, headers: { location: "http://127.0.0.1:9/elsewhere" } }),
      /report could not be read|cannot be reached/,
    ],
  ])(
    "%s: what was stored stays, the reason is shown, and it is tried again",
    async (name, answer, sentence) => {
      provider.answering(key, answer);
      await forgetUses("reconciliation-check", `person:${person.userId}`);
      expect(await run(person)).toMatchObject({ status: 200, body: { checked: 1, failed: 1 } });
      const after = await report(person);
      expect(figures(after)).toEqual(before);
      const [source] = after.sources;
      expect(source?.failure?.sentence).toMatch(sentence);
      // What lasts until somebody does something is tried the next night.
      const hours = name === "401" || name === "403" ? 30 : 2;
      expect(Date.parse(source?.nextAt ?? "")).toBeLessThan(Date.now() + hours * 3_600_000);
    },
  );
});

describe("an admin key", () => {
  test.each<[string, ReportAnswer]>([
    ["401", { status: 401, body: { error: { type: "authentication_error", message: "KEY" } } }],
    ["403", { status: 403, body: { error: { type: "permission_error", message: "KEY" } } }],
    ["429", { status: 429, body: { error: { type: "rate_limit_error", message: "KEY" } } }],
    ["a redirect", { status: 307, headers: { location: "http://127.0.0.1:9/KEY" } }],
    ["rubbish", { body: "KEY" }],
    ["another form", { body: { data: "KEY" } }],
  ])("that is answered with %s is not saved, and is in no answer", async (_name, answer) => {
    const [person, key] = [await newPerson(), newKey(adminKeyOf.openai)];
    const body = JSON.parse(JSON.stringify(answer).replaceAll("KEY", key));
    provider.answering(key, () => body);
    const refused = await save(person, "openai", key);
    expect(refused).toBeRefused({ status: 400, code: "key_not_accepted" });
    expect(refused.text).not.toContain(key.slice(-8));
    expect((await report(person)).adminKeys).toEqual([]);
  });

  test("is shown by its last four characters, replaced, deleted and audited; its provider cannot bring it in", async () => {
    const { person, key, id } = await withAdminKey("anthropic", anthropic({}, []));
    expect(provider.received(key)).toHaveLength(2);
    const echoing = anthropic({ apikey_1: "...igAA" }, [
      [{ day: ago(3), key: "apikey_1", amount: "100", model: `model ${key}` }],
    ]);
    provider.answering(key, (request) => {
      const answer = echoing(request);
      return request.path.endsWith("api_keys")
        ? { body: { data: [{ id: "apikey_1", name: `my ${key}`, partial_key_hint: "...igAA" }] } }
        : answer;
    });
    await run(person);
    const shown = await person.call("GET", "/api/v1/reconciliation");
    expect(shown.body.adminKeys).toMatchObject([
      { id, provider: "anthropic", last4: key.slice(-4), isReadable: true },
    ]);
    const stored = await sql(
      `select a::text as row from admin_keys a where owner_id = $1
       union all select s::text from reconciliation_sources s where owner_id = $1
       union all select c::text from provider_charges c where owner_id = $1
       union all select e::text from audit_events e where actor_id = $1 or object_id = $2`,
      [person.userId, id],
    );
    expect(stored.length).toBeGreaterThan(3);
    expect(JSON.stringify(stored) + shown.text).not.toContain(key.slice(-10));

    const next = newKey(adminKeyOf.anthropic);
    provider.answering(next, anthropic({}, []));
    expect((await save(person, "anthropic", next)).body).toEqual({ id });
    await run(person);
    expect(provider.received(next).length).toBeGreaterThan(2);
    const deleted = await person.call("DELETE", `/api/v1/admin-keys/${id}`);
    expect(deleted.status).toBe(200);
    expect(await person.call("DELETE", `/api/v1/admin-keys/${id}`)).toBeRefused({ status: 404 });
    expect(await report(person)).toMatchObject({ adminKeys: [], sources: [] });
    const actions = await sql<{ action: string }>(
      "select action from audit_events where object_id = $1 and action like 'admin_key.%' order by at",
      [id],
    );
    expect(actions.map(({ action }) => action)).toEqual([
      "admin_key.saved",
      "admin_key.saved",
      "admin_key.deleted",
    ]);
  });

  test("opens for what was charged and for nothing else, whoever asks", async () => {
    const { person, id, key } = await withAdminKey("anthropic", () => ({ body: { data: [] } }));
    const [row] = await sql<{ id: string; owner: string; purpose: string; sealed: string }>(
      "select id, seal_owner as owner, seal_purpose as purpose, sealed_key as sealed from admin_keys where id = $1",
      [id],
    );
    if (!row) throw new Error("not stored");
    const value = { ...row, dataKey: null };
    const [owner, system] = [{ userId: person.userId }, { system: "reconcile" } as const];
    for (const [actor, purpose] of [
      [owner, "chat"],
      [owner, "test"],
      [owner, "list_models"],
      [owner, "reconcile"],
      [{ userId: row.owner }, "reconcile"],
      [system, "chat"],
      [system, "test"],
    ] as const) {
      await expect(openValue(ADMIN_KEYS, value, { actor, purpose })).rejects.toMatchObject({
        code: "vault_access_denied",
      });
    }
    // Nor is it one of the keys that answer messages.
    expect((await person.call("GET", "/api/v1/user/ai-keys")).text).not.toContain(key.slice(-4));
  });

  test.each([
    ["no provider", { apiKey: "sk-admin-something" }],
    ["a provider without such keys", { provider: "openrouter", apiKey: "sk-admin-something" }],
    ["no key", { provider: "openai" }],
    ["a blank key", { provider: "openai", apiKey: "   " }],
    ["a key with a line break", { provider: "openai", apiKey: "sk-admin\nsomething" }],
    ["a key that is none", { provider: "openai", apiKey: 5 }],
    ["another field", { provider: "openai", apiKey: "sk-admin-something", baseUrl: "http://127.0.0.1" }],
  ])("%s is refused", async (_name, body) => {
    somebody ??= await newPerson();
    const person = somebody;
    expect(await person.call("POST", "/api/v1/admin-keys", body)).toBeRefused({
      status: 400,
      code: "invalid_request",
    });
  });
});

test.each([
  "?from=yesterday",
  "?from=2026-02-30",
  "?from=2026-05-02&to=2026-05-01",
  "?from=2026-01-01&to=2026-12-31",
  "?from=0001-01-01",
  "?to=9999-12-31",
])("days that cannot be are refused: %s", async (query) => {
  const answer = await (await newPerson()).call("GET", `/api/v1/reconciliation${query}`);
  expect(answer).toBeRefused({ status: 400, code: "invalid_request" });
});

const seconds = (day: string) => Date.parse(day) / 1000;

/** A result of a report of OpenAI's. */
const result = (value: unknown, key: string | null, project = "proj_1") => ({
  amount: { value, currency: "usd" },
  project_id: project,
  api_key_id: key,
});

test("OpenAI's report is summed by key and day; keys are found by their redacted form", async () => {
  const pages: Record<string, object> = {
    first: {
      data: [
        {
          start_time: seconds(ago(4)),
          results: [result(0.1, "key_1"), result(0.2, "key_1"), result(5e-7, null)],
        },
        { start_time: seconds(ago(3)), results: [] },
      ],
      has_more: true,
      next_page: "second",
    },
    second: {
      data: [
        { start_time: seconds(ago(2)), results: [result("2.5", "key_1"), result(9, "key_2", "proj_2")] },
      ],
      has_more: false,
      next_page: null,
    },
  };
  const { person, key } = await withAdminKey("openai", ({ path, search }) => {
    if (path === "/v1/organization/costs") return { body: pages[search.get("page") ?? "first"] };
    const project = /^\/v1\/organization\/projects\/(proj_\d)\/api_keys$/.exec(path)?.[1];
    if (!project) return { status: 404 };
    const listed = search.has("after")
      ? { id: "key_1", name: "Mine", redacted_value: "sk-proj-****o1AA" }
      : { id: "key_0", name: "Other", redacted_value: "sk-proj-****xxxx" };
    return {
      body:
        project === "proj_1"
          ? { data: [listed], has_more: !search.has("after"), last_id: listed.id }
          : { data: [{ id: "key_2", name: null, redacted_value: "sk-proj-****yyyy" }] },
    };
  });
  await counted(person, { provider: "openai", day: ago(4), dollars: 0.3, last4: "o1AA" });
  expect(await run(person)).toMatchObject({ body: { checked: 1, failed: 0 } });
  const found = await report(person);
  expect(figures(found)).toEqual([
    { day: ago(2), last4: "o1AA", ours: 0, theirs: 2_500_000, gap: 2_500_000, isNotable: true },
    { day: ago(4), last4: "o1AA", ours: 300_000, theirs: 300_000, gap: 0, isNotable: false },
  ]);
  expect(found.otherKeys).toEqual([{ provider: "openai", providerName: "OpenAI", microUsd: 9_000_001 }]);
  const costs = provider.received(key).find(({ path }) => path.endsWith("/costs"));
  expect(costs?.headers.authorization).toBe(`Bearer ${key}`);
  expect(costs?.search.getAll("group_by[]")).toEqual(["project_id", "api_key_id"]);
});

async function withKey(answer: (request: ReportRequest) => ReportAnswer) {
  const [person, key] = [await newPerson(), newKey("sk-or-v1-")];
  provider.answering(key, answer);
  const keyId = await person.call("POST", "/api/v1/user/ai-keys", {
    provider: "openrouter",
    apiKey: key,
    label: "Router",
  });
  return { person, key, keyId: String(keyId.body.id) };
}

/** What `GET /key` answers. */
const usageOf = (usage: number, daily: number, more: object = {}) => ({
  body: { data: { usage, usage_daily: daily, byok_usage: 0, byok_usage_daily: 0, limit: null, ...more } },
});

describe("OpenRouter, which a key asks about itself", () => {
  test("today's figure is its own; the total ends the day before exactly", async () => {
    let answer = usageOf(10, 1.5, { byok_usage: 1, byok_usage_daily: 0.5, limit_remaining: 4.25 });
    const { person, keyId } = await withKey(() => answer);
    await counted(person, { provider: "openrouter", day: ago(1), dollars: 2, keyId });
    await run(person);
    expect(await report(person)).toMatchObject({
      rows: [
        {
          day: ago(0),
          theirs: { microUsd: 2_000_000 },
          isFinal: false,
          isNotable: false,
          keyLabel: "Router",
        },
        { day: ago(1), theirs: null, keyLabel: "Work" },
      ].map((row) => ({ ...row, keyLabel: expect.any(String) })),
      sources: [{ kind: "key", label: "Router", remainingMicroUsd: 4_250_000 }],
    });
    // As if that had been yesterday: more was charged after the reading, and before midnight.
    await sql("update provider_charges set day = day - 1 where owner_id = $1", [person.userId]);
    answer = usageOf(14, 0.25, { byok_usage: 1 });
    await run(person);
    expect(figures(await report(person))).toMatchObject([
      { day: ago(0), theirs: 250_000 },
      { day: ago(1), ours: 2_000_000, theirs: 5_750_000, gap: 3_750_000, isNotable: true },
    ]);
    expect((await gapsOf(person)).map((gap) => gap.dedupe_key)).toEqual([`openrouter:${keyId}:${ago(1)}`]);
  });

  test("a request of unknown cost is asked about until it is known, and corrected once beside its row", async () => {
    let known = false;
    const generation = {
      total_cost: 0.0123,
      native_tokens_prompt: 100,
      native_tokens_completion: 20,
      native_tokens_cached: 60,
      native_tokens_reasoning: "many",
    };
    const { person, key, keyId } = await withKey(({ path, search }) => {
      if (path === "/v1/key") return usageOf(1, 0);
      if (path !== "/v1/generation") return { status: 404 };
      if (search.get("id") === "gen-negative") return { body: { data: { total_cost: -1 } } };
      return known ? { body: { data: generation } } : { status: 404, body: { error: { code: 404 } } };
    });
    const mine = { provider: "openrouter", day: ago(1), keyId };
    const unknown = await counted(person, { ...mine, dollars: null, requestId: "gen-1" });
    const floor = await counted(person, { ...mine, dollars: 0.001, source: "floor", requestId: "gen-2" });
    await counted(person, { ...mine, dollars: 0.5, source: "reported", requestId: "gen-3" });
    await counted(person, { ...mine, dollars: null, requestId: "req-of-somebody-else" });
    const rows = () => sql("select * from usage_events where owner_id = $1 order by id", [person.userId]);
    const before = await rows();
    const asked = () =>
      provider
        .received(key)
        .flatMap(({ path, search }) => (path.endsWith("/generation") ? [search.get("id") ?? ""] : []))
        .toSorted((a, b) => a.localeCompare(b));

    expect(await run(person)).toMatchObject({ body: { checked: 1, failed: 0 } });
    expect(asked()).toEqual(["gen-1", "gen-2"]);
    expect((await report(person)).rows.find(({ day }) => day === ago(1))?.ours).toMatchObject({
      microUsd: 501_000,
      unpriced: 2,
    });
    const [source] = (await report(person)).sources;
    expect(Date.parse(source?.nextAt ?? "")).toBeLessThan(Date.now() + 15 * 60_000);

    known = true;
    await run(person);
    await run(person);
    expect(asked()).toEqual(["gen-1", "gen-1", "gen-2", "gen-2"]);
    const corrections = await sql(
      `select usage_id, source, cost_micro_usd::int as cost, input_tokens, cached_input_tokens, output_tokens, reasoning_tokens
       from usage_corrections where usage_id = any($1)`,
      [[unknown, floor]],
    );
    const correction = {
      source: "openrouter_generation",
      cost: 12_300,
      input_tokens: 100,
      cached_input_tokens: 60,
      output_tokens: 20,
      reasoning_tokens: null,
    };
    expect(corrections).toHaveLength(2);
    expect(corrections).toEqual(
      expect.arrayContaining([
        { usage_id: unknown, ...correction },
        { usage_id: floor, ...correction },
      ]),
    );
    expect(await rows()).toEqual(before);
    expect((await report(person)).rows.find(({ day }) => day === ago(1))?.ours).toMatchObject({
      microUsd: 524_600,
      unpriced: 1,
    });

    await counted(person, { ...mine, dollars: null, requestId: "gen-negative" });
    expect(await run(person)).toMatchObject({ body: { checked: 1, failed: 1 } });
  });

  test("two keys of one name are told apart", async () => {
    const person = await newPerson();
    const ends: string[] = [];
    for (const _ of [1, 2]) {
      const apiKey = newKey("sk-or-v1-");
      ends.push(apiKey.slice(-4));
      provider.answering(apiKey, () => usageOf(1, 1));
      // oxlint-disable no-await-in-loop -- two
      const keyId = await person.saveKey(apiKey, { provider: "openrouter", label: "Work" });
      await counted(person, { provider: "openrouter", day: ago(1), dollars: 1, keyId });
      // oxlint-enable no-await-in-loop
    }
    await run(person);
    const { rows, sources } = await report(person);
    const ofYesterday = rows.filter(({ day }) => day === ago(1));
    for (const shown of [ofYesterday, sources]) {
      expect(new Set(shown.map(({ last4 }) => last4))).toEqual(new Set(ends));
      expect(new Set(shown.map(({ id }) => id)).size).toBe(2);
    }
  });

  test("a disabled key is not used, and asks nothing", async () => {
    const { person, key, keyId } = await withKey(() => usageOf(1, 1));
    await counted(person, { provider: "openrouter", day: ago(1), dollars: 1, keyId });
    await person.call("PATCH", `/api/v1/user/ai-keys/${keyId}`, { disabled: true });
    expect(await run(person)).toMatchObject({ body: { checked: 0, failed: 0 } });
    expect(provider.received(key)).toEqual([]);
  });
});

test("the installation's figures are its operators': nobody else sees them", async () => {
  const operator = await newPerson({ email: OPERATORS.reconciliation });
  const [path, key] = ["/api/v1/operator", newKey(adminKeyOf.anthropic)];
  const pages = [[{ day: ago(3), key: "apikey_1", amount: "50" }]];
  provider.answering(key, anthropic({ apikey_1: `...${PLATFORM_DEMO_KEY.slice(-4)}` }, pages));
  const saved = await operator.call("POST", `${path}/admin-keys`, { provider: "anthropic", apiKey: key });
  expect(saved.status).toBe(200);
  expect((await operator.call("POST", `${path}/reconciliation/runs`)).body).toMatchObject({ failed: 0 });
  const seen: ReconciliationResponse = (await operator.call("GET", `${path}/reconciliation`)).body;
  expect(seen.rows.filter(({ day }) => day === ago(3))).toMatchObject([
    { keyLabel: "Anthropic platform key", theirs: { microUsd: 500_000 }, gapMicroUsd: 500_000 },
  ]);
  expect(seen.adminKeys).toMatchObject([{ id: saved.body.id, last4: key.slice(-4) }]);

  expect(await report(operator)).toMatchObject({ rows: [], sources: [], adminKeys: [] });
  const other = await newPerson();
  for (const of of ["/api/v1", path]) {
    expect(await other.call("DELETE", `${of}/admin-keys/${saved.body.id}`)).toBeRefused({ status: 404 });
  }
  expect(await operator.call("DELETE", `/api/v1/admin-keys/${saved.body.id}`)).toBeRefused({ status: 404 });
  expect((await operator.call("DELETE", `${path}/admin-keys/${saved.body.id}`)).status).toBe(200);
});

test("while one server asks, no other does; one that died leaves its place", async () => {
  const [person, key] = [await newPerson(), newKey(adminKeyOf.anthropic)];
  provider.answering(key, anthropic({}, []));
  await save(person, "anthropic", key);
  const before = provider.received(key).length;
  const begun = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  provider.answering(key, async (request) => {
    begun.resolve();
    await go.promise;
    return anthropic({}, [])(request);
  });
  const first = run(person);
  await begun.promise;
  expect(await run(person)).toMatchObject({ body: { checked: 0, failed: 0 } });
  go.resolve();
  expect(await first).toMatchObject({ body: { checked: 1, failed: 0 } });
  expect(provider.received(key)).toHaveLength(before + 2);

  await sql(
    "update reconciliation_sources set claim = $2, claimed_until = now() - interval '1 second' where owner_id = $1",
    [person.userId, randomUUID()],
  );
  expect(await run(person)).toMatchObject({ body: { checked: 1, failed: 0 } });
});

test("what the key before was told is not stored once there is another key", async () => {
  const charges = (dollars: string) => [[{ day: ago(3), key: "apikey_1", amount: dollars }]];
  const { person, key } = await withAdminKey("anthropic", anthropic({}, []));
  await counted(person, { provider: "anthropic", day: ago(3), dollars: 1, last4: "igAA" });
  const [begun, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  provider.answering(key, async (request) => {
    begun.resolve();
    await go.promise;
    return anthropic({ apikey_1: "...igAA" }, charges("900"))(request);
  });
  const first = run(person);
  await begun.promise;
  const another = newKey(adminKeyOf.anthropic);
  provider.answering(another, anthropic({}, []));
  expect(await save(person, "anthropic", another)).toMatchObject({ status: 200 });
  // By the same server in the same click, with the key of now.
  go.resolve();
  await first;
  expect(await sql("select * from provider_charges where owner_id = $1", [person.userId])).toEqual([]);
  expect((await report(person)).sources).toMatchObject([{ last4: another.slice(-4), failure: null }]);
});

test.each([
  "from=0000-01-01",
  "to=9999-12-31",
  "from=9999-12-31",
  "from=0000-01-01&to=0000-01-02",
  "from=2026-02-30",
])("days that cannot be, ?%s, are refused", async (query) => {
  const answer = await (await newPerson()).call("GET", `/api/v1/reconciliation?${query}`);
  expect(answer).toBeRefused({ status: 400, code: "invalid_request" });
});

test("providers are not asked again and again", async () => {
  const person = await newPerson();
  const statuses: number[] = [];
  for (let click = 0; click < 7; click += 1) statuses.push((await run(person)).status);
  expect(statuses).toEqual([200, 200, 200, 200, 200, 200, 429]);
});

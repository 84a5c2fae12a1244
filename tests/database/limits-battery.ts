import { randomUUID } from "node:crypto";
import * as fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { INSTALLATION, type Owner, personAsOwner } from "@/contracts/owner";
import type { LimitMeasure, LimitPeriod, LimitScopeKind } from "@/contracts/spending-limits";
import { recordUsage } from "@/domain/metering/record-usage";
import { limitFindings } from "@/domain/spending/limits/limit-findings";
import { moneyLimitsOfKeys } from "@/domain/spending/limits/limits-of-keys";
import { type Reservation, reserve } from "@/domain/spending/limits/reserve";
import { dropOldWindows, sweepReservations } from "@/domain/spending/limits/sweep";
import { databaseConnection } from "@/lib/db/client";
import { usageRow } from "../support/usage-row";

export async function query<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
  const connection = await databaseConnection();
  return (await connection.query(text, values)).rows as Row[];
}

export async function addPerson(): Promise<string> {
  const id = `person-${randomUUID()}`;
  await query(`insert into "user" (id, name, email) values ($1, 'P', $1 || '@example.com')`, [id]);
  return id;
}

interface LimitOf {
  owner: Owner;
  scope: LimitScopeKind;
  scopeId?: string;
  measure?: LimitMeasure;
  amount: number;
  period?: LimitPeriod;
  hard?: boolean;
  fallback?: number;
}

/** A limit as its row, without counting what was used before. */
export async function addLimit(limit: LimitOf): Promise<string> {
  const { owner, scope, scopeId = "", measure = "micro_usd", amount, period = "day", hard = true } = limit;
  const payer = owner.kind === "installation" ? "platform" : "person";
  const fallback = limit.fallback ?? null;
  const rows = await query<{ id: string }>(
    `insert into limits (owner_kind, owner_id, scope_kind, scope_id, payer, measure, amount, period, time_zone, hard, fallback_input, fallback_output, created_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, 'UTC', $9, $10, $10, 'test') returning id`,
    [owner.kind, owner.id, scope, scopeId, payer, measure, amount, period, hard, fallback],
  );
  return rows[0]?.id ?? "";
}

/** As the sweeper does with what is settled already. @returns whether something was held */
async function release(id: string): Promise<boolean> {
  const [row] = await query<{ released: boolean }>("select release_reservation($1) as released", [id]);
  return row?.released ?? false;
}

export interface Figures {
  spent: number;
  reserved: number;
}

/** Of all windows of a limit. */
export async function figuresOf(limitId: string, subject = ""): Promise<Figures> {
  const [row] = await query<Figures>(
    `select coalesce(sum(spent), 0)::float8 as spent, coalesce(sum(reserved), 0)::float8 as reserved
     from limit_windows where limit_id = $1 and subject = $2`,
    [limitId, subject],
  );
  return row ?? { spent: 0, reserved: 0 };
}

type Asked = Partial<Reservation> & Pick<Reservation, "userId">;

/** A request of a person, with their own key unless said otherwise. */
export function asked({ userId, ...more }: Asked): Reservation {
  const owner = more.owner ?? personAsOwner(userId);
  const id = more.id ?? randomUUID();
  return {
    id,
    at: new Date(),
    userId,
    owner,
    keyId: null,
    runId: null,
    serverId: null,
    microUsd: 100,
    inputTokens: 10,
    outputTokens: 10,
    floor: {
      at: (more.at ?? new Date()).toISOString(),
      user_id: userId,
      owner_kind: owner.kind,
      owner_id: owner.id,
      message_id: id,
      purpose: "chat",
      key_provider: owner.kind === "installation" ? "platform" : "personal",
      provider: "anthropic",
      model: "claude",
      key_id: more.keyId ?? null,
      input_tokens: 10,
      cost_micro_usd: 10,
    },
    ...more,
  };
}

interface Used {
  cost?: number | null;
  tokens?: number | null;
  outcome?: "completed" | "failed";
}

/** The usage record of a request, as whoever meters writes it. */
export async function record(request: Reservation, used: Used = {}): Promise<void> {
  const { cost = 60, tokens = 15, outcome = "completed" } = used;
  await query(
    `insert into usage_events (id, at, user_id, owner_kind, owner_id, key_provider, provider, model, key_id, outcome, input_tokens, output_tokens, cost_micro_usd, requests, duration_ms)
     values ($1, $2, $3, $4, $5, $6, 'anthropic', 'claude', $7, $8, $9, 0, $10, 1, 1) on conflict do nothing`,
    [
      request.id,
      request.at,
      request.userId,
      request.owner.kind,
      request.owner.id,
      request.owner.kind === "installation" ? "platform" : "personal",
      request.keyId,
      outcome,
      tokens,
      cost,
    ],
  );
}

const OWN_KEY = { payer: "person", provider: "anthropic", model: "claude" } as const;

/** The operators and the person. */
function toldBoth(threshold: number) {
  return [
    { owner_kind: "installation", threshold },
    { owner_kind: "person", threshold },
  ];
}

async function windowOf(period: LimitPeriod, zone: string, at: string, weekStart = 1): Promise<string[]> {
  const [row] = await query<{ starts: string; ends: string }>(
    `select to_char(starts_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as starts,
       to_char(ends_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as ends from limit_window($1, $2, $3, $4)`,
    [period, zone, weekStart, at],
  );
  return [row?.starts ?? "", row?.ends ?? ""];
}

export function limitsBattery(): void {
  describe("the window of a limit", () => {
    test.each([
      [
        "a day in Berlin",
        "day",
        "Europe/Berlin",
        "2026-07-10T21:59:59Z",
        ["2026-07-09 22:00", "2026-07-10 22:00"],
      ],
      [
        "a day that loses an hour",
        "day",
        "Europe/Berlin",
        "2026-03-29T12:00:00Z",
        ["2026-03-28 23:00", "2026-03-29 22:00"],
      ],
      [
        "a day that has 25 hours",
        "day",
        "Europe/Berlin",
        "2026-10-25T12:00:00Z",
        ["2026-10-24 22:00", "2026-10-25 23:00"],
      ],
      [
        "a day without a midnight",
        "day",
        "Africa/Cairo",
        "2026-04-24T12:00:00Z",
        ["2026-04-23 22:00", "2026-04-24 21:00"],
      ],
      [
        "the first midnight of two",
        "day",
        "America/Havana",
        "2026-11-01T04:30:00Z",
        ["2026-11-01 04:00", "2026-11-02 05:00"],
      ],
      [
        "the second midnight of two",
        "day",
        "America/Havana",
        "2026-11-01T05:30:00Z",
        ["2026-11-01 04:00", "2026-11-02 05:00"],
      ],
      [
        "a day in Kathmandu",
        "day",
        "Asia/Kathmandu",
        "2026-07-09T18:15:00Z",
        ["2026-07-09 18:15", "2026-07-10 18:15"],
      ],
      [
        "a month in Kathmandu",
        "month",
        "Asia/Kathmandu",
        "2026-01-31T18:14:59Z",
        ["2025-12-31 18:15", "2026-01-31 18:15"],
      ],
      [
        "February of a leap year",
        "month",
        "UTC",
        "2028-02-29T23:59:59Z",
        ["2028-02-01 00:00", "2028-03-01 00:00"],
      ],
      [
        "December",
        "month",
        "Pacific/Auckland",
        "2026-12-31T10:59:59Z",
        ["2026-11-30 11:00", "2026-12-31 11:00"],
      ],
      [
        "a minute",
        "minute",
        "Asia/Kathmandu",
        "2026-07-09T18:15:59Z",
        ["2026-07-09 18:15", "2026-07-09 18:16"],
      ],
    ] as const)("%s", async (_, period, zone, at, window) => {
      expect(await windowOf(period, zone, at)).toEqual(window);
    });

    test.each([
      [1, "2026-07-05T21:59:59Z", ["2026-06-28 22:00", "2026-07-05 22:00"]],
      [1, "2026-07-05T22:00:00Z", ["2026-07-05 22:00", "2026-07-12 22:00"]],
      [7, "2026-07-05T12:00:00Z", ["2026-07-04 22:00", "2026-07-11 22:00"]],
      [3, "2026-07-05T12:00:00Z", ["2026-06-30 22:00", "2026-07-07 22:00"]],
    ])("a week that begins on day %i", async (weekStart, at, window) => {
      expect(await windowOf("week", "Europe/Berlin", at, weekStart)).toEqual(window);
    });

    test("meets the next one without a gap, at all hours of a year in odd zones", async () => {
      const zones = [
        "Europe/Berlin",
        "America/Havana",
        "Africa/Cairo",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
        "America/St_Johns",
      ];
      const wrong = await query(
        `select z, p, t from unnest($1::text[]) z, unnest('{day,week,month}'::text[]) p,
           generate_series('2026-01-01T00:30:00Z'::timestamptz, '2026-12-31', '7 hours') t
         cross join lateral limit_window(p, z, 1, t) w
         where not (w.starts_at <= t and t < w.ends_at)
           or (limit_window(p, z, 1, w.ends_at)).starts_at <> w.ends_at`,
        [zones],
      );
      expect(wrong).toEqual([]);
    });
  });

  describe("a limit", () => {
    let userId: string;
    let owner: Owner;
    beforeEach(async () => {
      userId = await addPerson();
      owner = personAsOwner(userId);
    });

    test("holds what a request may take, and counts what it took", async () => {
      const limit = await addLimit({ owner, scope: "person", scopeId: userId, amount: 150 });
      const first = asked({ userId });
      expect(await reserve(first)).toEqual({ held: ["micro_usd"] });
      // Asked again because its answer was lost.
      expect(await reserve(first)).toMatchObject({ held: ["micro_usd"] });
      expect(await figuresOf(limit)).toEqual({ spent: 0, reserved: 100 });
      expect(await reserve(asked({ userId }))).toMatchObject({
        short: [{ id: limit, scope: "person", spent: 0, reserved: 100, amount: 150, need: 100 }],
      });
      await record(first);
      await record(first);
      expect(await figuresOf(limit)).toEqual({ spent: 60, reserved: 0 });
      expect(await release(first.id)).toBe(false);
      expect(await figuresOf(limit)).toEqual({ spent: 60, reserved: 0 });
      await query("delete from limits where id = $1", [limit]);
    });

    test("of all that count either all hold a request, or none does", async () => {
      const keyId = randomUUID();
      const wide = await addLimit({ owner, scope: "person", scopeId: userId, amount: 1000 });
      const narrow = await addLimit({ owner, scope: "key", scopeId: keyId, measure: "tokens", amount: 30 });
      expect(await reserve(asked({ userId, keyId }))).toEqual({
        held: expect.arrayContaining(["micro_usd", "tokens"]),
      });
      expect(await reserve(asked({ userId, keyId }))).toHaveProperty("short");
      expect([await figuresOf(wide), await figuresOf(narrow)]).toEqual([
        { spent: 0, reserved: 100 },
        { spent: 0, reserved: 20 },
      ]);
      // Another key, and the platform's, are not concerned.
      expect(await reserve(asked({ userId, keyId: randomUUID() }))).toEqual({ held: ["micro_usd"] });
      expect(await reserve(asked({ userId, owner: INSTALLATION }))).toEqual({ held: [] });
      await query("delete from limits where id = any($1)", [[wide, narrow]]);
    });

    test("of money of a key is read for the page of usage, with what it is raised by; another's is not", async () => {
      const [first, second] = [randomUUID(), randomUUID()];
      const ofKey = { owner, scope: "key", scopeId: first } as const;
      const stranger = personAsOwner(await addPerson());
      const day = await addLimit({ ...ofKey, amount: 100 });
      const others = [
        await addLimit({ ...ofKey, amount: 200, period: "week", hard: false }),
        await addLimit({ ...ofKey, scopeId: second, amount: 300, period: "month" }),
        await addLimit({ ...ofKey, amount: 400, period: "total" }),
        await addLimit({ ...ofKey, amount: 500, measure: "tokens", period: "month" }),
        await addLimit({ owner, scope: "person", scopeId: userId, amount: 600, period: "month" }),
        await addLimit({ ...ofKey, owner: stranger, amount: 700, period: "month" }),
      ];
      await query(
        `insert into limit_windows (limit_id, subject, starts_at, ends_at, raised)
         select $1, '', starts_at, ends_at, 11 from limit_window('day', 'UTC', 1, now())`,
        [day],
      );
      expect(Object.fromEntries(await moneyLimitsOfKeys({ userId }))).toEqual({
        [first]: { day: 111, week: 200 },
        [second]: { month: 300 },
      });
      await query("delete from limits where id = any($1)", [[day, ...others]]);
    });

    test("of requests and of parallel ones counts by one", async () => {
      const ids = [
        await addLimit({
          owner,
          scope: "person",
          scopeId: userId,
          measure: "requests",
          period: "day",
          amount: 2,
        }),
        await addLimit({
          owner,
          scope: "person",
          scopeId: userId,
          measure: "parallel",
          period: "total",
          amount: 1,
        }),
      ];
      const first = asked({ userId, microUsd: null });
      expect(await reserve(first)).toHaveProperty("held");
      expect(await reserve(asked({ userId }))).toHaveProperty("short");
      await record(first);
      const second = asked({ userId });
      expect(await reserve(second)).toHaveProperty("held");
      await release(second.id);
      await record(asked({ userId }));
      expect(await Promise.all(ids.map((id) => figuresOf(id)))).toEqual([
        { spent: 2, reserved: 0 },
        { spent: 0, reserved: 0 },
      ]);
      expect(await reserve(asked({ userId }))).toHaveProperty("short");
      await query("delete from limits where id = any($1)", [ids]);
    });

    test("of money refuses what has no price, unless it has a price for that; what is not known is not free", async () => {
      const limit = await addLimit({ owner, scope: "person", scopeId: userId, amount: 1_000_000 });
      const unpriced = () => asked({ userId, microUsd: null, inputTokens: 1000, outputTokens: 1000 });
      expect(await reserve(unpriced())).toEqual({ unpriced: limit });
      const known = asked({ userId });
      await reserve(known);
      await record(known, { cost: null });
      const refused = asked({ userId });
      await reserve(refused);
      await record(refused, { cost: null, outcome: "failed" });
      expect(await figuresOf(limit)).toEqual({ spent: 100, reserved: 0 });
      await query("update limits set fallback_input = 3000000, fallback_output = 3000000 where id = $1", [
        limit,
      ]);
      const priced = unpriced();
      expect(await reserve(priced)).toEqual({ held: ["micro_usd"] });
      expect(await figuresOf(limit)).toEqual({ spent: 100, reserved: 6000 });
      await record(priced, { cost: null, tokens: 500 });
      expect(await figuresOf(limit)).toEqual({ spent: 1600, reserved: 0 });
      await query("delete from limits where id = $1", [limit]);
    });

    test("counts in the window in which the request was sent, whenever it ends", async () => {
      const limit = await addLimit({ owner, scope: "person", scopeId: userId, amount: 100 });
      const yesterday = asked({ userId, at: new Date(Date.now() - 86_400_000) });
      expect(await reserve(yesterday)).toHaveProperty("held");
      const today = asked({ userId });
      expect(await reserve(today)).toHaveProperty("held");
      await record(yesterday);
      const windows = await query(
        "select spent::int, reserved::int from limit_windows where limit_id = $1 order by starts_at",
        [limit],
      );
      expect(windows).toEqual([
        { spent: 60, reserved: 0 },
        { spent: 0, reserved: 100 },
      ]);
      await query("delete from limits where id = $1", [limit]);
    });

    test("goes with its person and its key, and requests in progress end as usual", async () => {
      const leaving = await addPerson();
      const [key] = await query<{ id: string }>(
        `insert into user_ai_api_keys (user_id, provider, api_key, last4, fingerprint) values ($1, 'anthropic', 'x', '1234', 'f') returning id`,
        [leaving],
      );
      const its = personAsOwner(leaving);
      await addLimit({ owner: its, scope: "key", scopeId: key?.id ?? "", amount: 500 });
      const request = asked({ userId: leaving, keyId: key?.id ?? null });
      await reserve(request);
      await query("delete from user_ai_api_keys where user_id = $1", [leaving]);
      await record(request);
      await addLimit({ owner: its, scope: "person", scopeId: leaving, amount: 500 });
      await query(`delete from "user" where id = $1`, [leaving]);
      expect(await query("select 1 from limits where owner_id = $1", [leaving])).toEqual([]);
      await dropOldWindows();
      expect(
        await query(
          "select 1 from limit_windows w where not exists (select 1 from limits l where l.id = w.limit_id)",
        ),
      ).toEqual([]);
    });
  });

  describe("what the platform allows each person", () => {
    test("counts for each alone, and a person's own allowance takes its place", async () => {
      const [ann, bob] = [await addPerson(), await addPerson()];
      const each = await addLimit({ owner: INSTALLATION, scope: "each_person", amount: 150 });
      const ask = (userId: string) => reserve(asked({ userId, owner: INSTALLATION }));
      expect(await ask(ann)).toHaveProperty("held");
      expect(await ask(ann)).toHaveProperty("short");
      expect(await ask(bob)).toHaveProperty("held");
      const own = await addLimit({ owner: INSTALLATION, scope: "person", scopeId: ann, amount: 250 });
      expect(await ask(ann)).toEqual({ held: ["micro_usd"] });
      const used = asked({ userId: ann, owner: INSTALLATION });
      await reserve(used);
      await record(used);
      expect(await figuresOf(own)).toEqual({ spent: 60, reserved: 100 });
      // It goes on counting, for the day the other is deleted.
      expect(await figuresOf(each, ann)).toEqual({ spent: 60, reserved: 100 });
      // A key of one's own is not the platform's.
      expect(await reserve(asked({ userId: ann }))).toEqual({ held: [] });
      await query("delete from limits where id = any($1)", [[each, own]]);
    });

    test("tells the operators and the person once of each share that is used, however it is crossed", async () => {
      const userId = await addPerson();
      const each = await addLimit({ owner: INSTALLATION, scope: "each_person", amount: 1000, hard: false });
      const use = (cost: number) => record(asked({ userId, owner: INSTALLATION }), { cost });
      await use(499);
      const told = () =>
        query<{ owner_kind: string; threshold: number }>(
          `select owner_kind, (detail->>'threshold')::int as threshold from notifications
           where kind = 'limit_threshold' and detail->>'limitId' = $1 order by created_at, owner_kind`,
          [each],
        );
      expect(await told()).toEqual([]);
      await Promise.all([use(1), use(1), use(1)]);
      expect(await told()).toEqual(toldBoth(50));
      await Promise.all([use(250), use(250), use(250)]);
      expect((await told()).filter(({ threshold }) => threshold === 100)).toEqual(toldBoth(100));
      await use(5000);
      expect((await told()).filter(({ owner_kind }) => owner_kind === "person").length).toBeLessThanOrEqual(
        3,
      );
      await query("delete from limits where id = $1", [each]);
    });
  });

  describe("a server that dies", () => {
    test.each(["before it sends", "before it records", "after it has recorded"])(
      "%s leaves nothing held, and is not free",
      async (when) => {
        const userId = await addPerson();
        const limit = await addLimit({
          owner: personAsOwner(userId),
          scope: "person",
          scopeId: userId,
          amount: 500,
        });
        const request = asked({ userId });
        await reserve(request);
        if (when === "after it has recorded") await record(request);
        await query("update reservations set held_until = now() - interval '1 second' where id = $1", [
          request.id,
        ]);
        await Promise.all([sweepReservations(), sweepReservations()]);
        expect(await figuresOf(limit)).toEqual({
          spent: when === "after it has recorded" ? 60 : 10,
          reserved: 0,
        });
        // It lived after all, and says so late: what it knows counts, once.
        const context = { userId, projectId: null, runId: null, threadId: null, selection: OWN_KEY };
        const known = usageRow({ id: request.id, cost: { microUsd: 60, source: "estimated" } });
        await recordUsage(context, [known]);
        await recordUsage(context, [known]);
        expect(
          await query("select cost_micro_usd::int as cost from usage_events where id = $1", [request.id]),
        ).toEqual([{ cost: 60 }]);
        expect(await figuresOf(limit)).toEqual({ spent: 60, reserved: 0 });
        await query("delete from limits where id = $1", [limit]);
      },
    );

    test("that was stopped before anything was sent counts nothing", async () => {
      const userId = await addPerson();
      const limit = await addLimit({
        owner: personAsOwner(userId),
        scope: "person",
        scopeId: userId,
        measure: "tokens",
        amount: 500,
      });
      const request = asked({ userId });
      await reserve(request);
      const context = { userId, projectId: null, runId: null, threadId: null, selection: OWN_KEY };
      await recordUsage(context, [usageRow({ id: request.id, requests: 0, outcome: "aborted" })]);
      expect(await figuresOf(limit)).toEqual({ spent: 0, reserved: 0 });
      await query("delete from limits where id = $1", [limit]);
    });

    test("is not one whose run goes on", async () => {
      const userId = await addPerson();
      const limit = await addLimit({
        owner: personAsOwner(userId),
        scope: "person",
        scopeId: userId,
        amount: 500,
      });
      const request = asked({ userId, runId: randomUUID() });
      await reserve(request);
      await query(
        "insert into runs (user_id, slot, run_id, expires_at) values ($1, 1, $2, now() + interval '20 seconds')",
        [userId, request.runId],
      );
      await query("update reservations set held_until = now() - interval '1 hour' where id = $1", [
        request.id,
      ]);
      await sweepReservations();
      expect(await figuresOf(limit)).toEqual({ spent: 0, reserved: 100 });
      await query("delete from runs where run_id = $1", [request.runId]);
      await sweepReservations();
      expect(await figuresOf(limit)).toEqual({ spent: 10, reserved: 0 });
      await query("delete from limits where id = $1", [limit]);
    });

    test("is found by the doctor if it is not swept, and so is a wrong sum", async () => {
      const userId = await addPerson();
      const limit = await addLimit({
        owner: personAsOwner(userId),
        scope: "person",
        scopeId: userId,
        amount: 500,
      });
      const request = asked({ userId });
      await reserve(request);
      expect(await limitFindings()).toEqual([]);
      await query("update reservations set held_until = now() - interval '3 minutes' where id = $1", [
        request.id,
      ]);
      await query("update limit_windows set reserved = reserved + 1 where limit_id = $1", [limit]);
      expect((await limitFindings()).map(({ severity }) => severity)).toEqual(["error", "warning"]);
      await query("delete from limits where id = $1", [limit]);
      await sweepReservations();
    });
  });

  test("any order of reserving, settling, releasing, dying and sweeping agrees with the sum of what was used", async () => {
    const step = fc.record({
      what: fc.constantFrom(
        "reserve",
        "reserve",
        "reserve",
        "settle",
        "settle",
        "release",
        "die",
        "sweep",
        "unreserved",
      ),
      which: fc.nat(20),
      amount: fc.integer({ min: 0, max: 400 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const userId = await addPerson();
        const limit = await addLimit({
          owner: personAsOwner(userId),
          scope: "person",
          scopeId: userId,
          amount: 1000,
        });
        const open: { request: Reservation; held: number; isDead: boolean }[] = [];
        let spent = 0;
        const wrong: unknown[] = [];
        for (const { what, which, amount } of steps) {
          const reserved = open.reduce((sum, { held }) => sum + held, 0);
          const chosen = open.length > 0 ? open[which % open.length] : undefined;
          const end = () => void open.splice(open.indexOf(chosen as never), 1);
          /* oxlint-disable no-await-in-loop -- one after the other is what is tested */
          if (what === "reserve") {
            const request = asked({ userId, microUsd: amount });
            const answer = await reserve(request);
            // Refused exactly when it does not fit.
            const fits = spent + reserved + amount <= 1000;
            if ("held" in answer !== fits) wrong.push({ spent, reserved, amount, answer });
            if ("held" in answer) open.push({ request, held: amount, isDead: false });
          } else if (what === "unreserved") {
            await record(asked({ userId }), { cost: amount });
            spent += amount;
          } else if (what === "sweep") {
            await sweepReservations();
            for (const each of open.filter(({ isDead }) => isDead)) {
              spent += 10;
              open.splice(open.indexOf(each), 1);
            }
          } else if (chosen && what === "settle" && !chosen.isDead) {
            await record(chosen.request, { cost: Math.min(amount, chosen.held) });
            spent += Math.min(amount, chosen.held);
            end();
          } else if (chosen && what === "release" && !chosen.isDead) {
            await release(chosen.request.id);
            end();
          } else if (chosen && what === "die") {
            chosen.isDead = true;
            await query("update reservations set held_until = '2000-01-01' where id = $1", [
              chosen.request.id,
            ]);
          }
          /* oxlint-enable no-await-in-loop */
        }
        expect(wrong).toEqual([]);
        const held = open.reduce((sum, each) => sum + each.held, 0);
        expect(await figuresOf(limit)).toEqual({ spent, reserved: held });
        await query("delete from limits where id = $1", [limit]);
      }),
      { numRuns: 25 },
    );
  });
}

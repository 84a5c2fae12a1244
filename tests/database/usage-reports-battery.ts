import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import {
  OPERATOR_USAGE_GROUPINGS,
  USAGE_BUCKETS,
  USAGE_GROUPINGS,
  type UsageFigures,
  type UsageReport,
} from "@/contracts/usage-report";
import { foldUsage } from "@/domain/spending/reports/fold-usage";
import { keySpending } from "@/domain/spending/reports/key-spending";
import { readReport } from "@/domain/spending/reports/read-report";
import type { UsageScope } from "@/domain/spending/reports/usage-scope";
import { databaseConnection } from "@/lib/db/client";
import { type DatabaseKind, useDatabase } from "./use-database";

/** New York turns its clocks back on the first of November, Lord Howe, by half an hour, on 4 October. */
const RANGE = { from: new Date("2026-10-03T00:00:00Z"), to: new Date("2026-11-08T00:00:00Z") };
const ZONES = ["UTC", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"];

interface Row {
  at: Date;
  isPlatform: boolean;
  key: number;
  model: number;
  project: number;
  purpose: string;
  requests: number | null;
  tokens: number | null;
  cost: number | null;
  source: string;
}

const aRow = fc.record<Row>({
  // Close to the days on which clocks are turned, too.
  at: fc.oneof(
    fc.date({ min: RANGE.from, max: new Date(RANGE.to.getTime() - 1), noInvalidDate: true }),
    fc.date({
      min: new Date("2026-11-01T03:30:00Z"),
      max: new Date("2026-11-01T08:00:00Z"),
      noInvalidDate: true,
    }),
  ),
  isPlatform: fc.boolean(),
  key: fc.nat(2),
  model: fc.nat(2),
  project: fc.nat(2),
  purpose: fc.constantFrom("chat", "title"),
  requests: fc.constantFrom(null, 0, 1, 7),
  tokens: fc.option(fc.nat(1_000_000)),
  cost: fc.option(fc.nat(50_000_000)),
  source: fc.constantFrom("reported", "estimated", "partial", "floor"),
});

const aStep = fc.oneof(
  { weight: 4, arbitrary: fc.record({ store: fc.array(aRow, { minLength: 1, maxLength: 40 }) }) },
  { weight: 3, arbitrary: fc.constant("fold" as const) },
  // Nobody does so today; sums would hold if somebody did.
  { weight: 1, arbitrary: fc.constantFrom("correct" as const, "delete some" as const) },
);

const aQuery = fc.record({
  timeZone: fc.constantFrom(...ZONES),
  groupBy: fc.constantFrom(...USAGE_GROUPINGS),
  bucket: fc.constantFrom(...USAGE_BUCKETS),
});

const IDS = Array.from({ length: 6 }, () => randomUUID());

async function query<Result>(text: string, values: unknown[] = []): Promise<Result[]> {
  return (await (await databaseConnection()).query(text, values)).rows as Result[];
}

async function store(userId: string, rows: readonly Row[]): Promise<void> {
  const columns = rows.map((row) => [
    randomUUID(),
    row.at.toISOString(),
    userId,
    row.isPlatform ? "platform" : "personal",
    row.isPlatform || row.key === 0 ? null : IDS[row.key],
    `model-${row.model}`,
    row.project === 0 ? null : IDS[3 + row.project],
    row.purpose,
    row.requests,
    row.tokens,
    row.cost,
    row.cost === null ? null : row.source,
  ]);
  // In one statement, as several requests of one message may be.
  await query(
    `insert into usage_events (id, at, user_id, key_provider, key_id, model, project_id, purpose, requests, input_tokens,
       cached_input_tokens, output_tokens, cost_micro_usd, cost_source, provider, outcome, duration_ms)
     select id, at, user_id, payer, key, model, project, purpose, requests, tokens, tokens / 2, tokens / 3, cost, source,
       'anthropic', 'completed', 1
     from json_to_recordset($1::json) as r(id uuid, at timestamptz, user_id text, payer text, key uuid, model text, project uuid,
       purpose text, requests int, tokens int, cost bigint, source text)`,
    [
      JSON.stringify(
        columns.map(
          ([id, at, user, payer, key, model, project, purpose, requests, tokens, cost, source]) => ({
            id,
            at,
            user_id: user,
            payer,
            key,
            model,
            project,
            purpose,
            requests,
            tokens,
            cost,
            source,
          }),
        ),
      ),
    ],
  );
}

/** What the rows say, without sums. */
async function sumOfRows(condition: string, userId: string): Promise<UsageFigures> {
  const [sum] = await query<UsageFigures>(
    `select coalesce(sum(coalesce(requests, 1)), 0)::float8 as requests,
      coalesce(sum(coalesce(requests, 1)) filter (where cost_micro_usd is null), 0)::float8 as unpriced,
      coalesce(sum(coalesce(requests, 1)) filter (where cost_source in ('partial', 'floor')), 0)::float8 as "atLeast",
      coalesce(sum(input_tokens), 0)::float8 as "inputTokens",
      coalesce(sum(cached_input_tokens), 0)::float8 as "cachedInputTokens", 0::float8 as "cacheWriteTokens",
      coalesce(sum(output_tokens), 0)::float8 as "outputTokens", 0::float8 as "reasoningTokens",
      coalesce(sum(cost_micro_usd), 0)::float8 as "costMicroUsd"
     from usage_events where ${condition}`,
    [userId],
  );
  if (!sum) throw new Error("an aggregate gave no row");
  return sum;
}

const NOTHING: UsageFigures = {
  requests: 0,
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  costMicroUsd: 0,
  unpriced: 0,
  atLeast: 0,
};

const add = (figures: UsageFigures[]): UsageFigures =>
  figures.reduce((sum, each) => {
    const keys = Object.keys(sum) as (keyof UsageFigures)[];
    return Object.fromEntries(keys.map((key) => [key, sum[key] + each[key]])) as unknown as UsageFigures;
  });

/** The total, if groups and buckets have the same one. @throws if one does not */
function totalOf({ totals, groups, buckets }: UsageReport): UsageFigures {
  for (const group of groups) {
    const outside = group.series.filter(({ bucket }) => bucket < 0 || bucket >= buckets.length);
    assert.deepEqual(outside, []);
    assert.deepEqual(add(group.series.map(({ bucket: _bucket, ...figures }) => figures)), group.totals);
  }
  assert.deepEqual(add([NOTHING, ...groups.map((group) => group.totals)]), totals);
  return totals;
}

const ofPerson = (userId: string): UsageScope => ({ kind: "person", userId });
const OF_PLATFORM: UsageScope = { kind: "installation" };

/**
 * Reports of every grouping with every bucket and zone whose total is not that of the rows, a part of which
 * is in the tail.
 */
export async function wrongReports(): Promise<unknown[]> {
  const userId = randomUUID();
  await store(userId, fc.sample(aRow, { numRuns: 150, seed: 5 }));
  await foldUsage();
  await store(userId, fc.sample(aRow, { numRuns: 30, seed: 6 }));
  const [all, ofPlatform] = [
    await sumOfRows("user_id = $1", userId),
    await sumOfRows("user_id = $1 and key_provider = 'platform'", userId),
  ];
  const wrong: unknown[] = [];
  const queries = ZONES.flatMap((timeZone) =>
    USAGE_BUCKETS.map((bucket) => ({ ...RANGE, timeZone, bucket })),
  );
  for (const common of queries) {
    const reports = [
      ...USAGE_GROUPINGS.map(async (groupBy) => ({
        expected: all,
        report: await readReport(ofPerson(userId), { ...common, groupBy }),
      })),
      ...OPERATOR_USAGE_GROUPINGS.map(async (groupBy) => ({
        expected: ofPlatform,
        report: await readReport(OF_PLATFORM, { ...common, groupBy, person: userId }),
      })),
    ];
    // oxlint-disable-next-line no-await-in-loop -- as many at once as one page and another
    for (const { expected, report } of await Promise.all(reports)) {
      const { groupBy, bucket, timeZone } = report;
      const total = totalOf(report);
      if (!isDeepStrictEqual(total, expected)) wrong.push({ groupBy, bucket, timeZone, total, expected });
    }
  }
  return wrong;
}

function spent(at: string, cost: number): Row {
  const kind = { isPlatform: false, key: 1, model: 0, project: 0, purpose: "chat", source: "estimated" };
  return { ...kind, at: new Date(at), requests: 1, tokens: 10, cost };
}

export function usageReportsBattery(kind: DatabaseKind): void {
  useDatabase(kind);

  test("a report sums up to the rows, whenever usage is folded and however late rows come", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aStep, { minLength: 3, maxLength: 7 }), aQuery, async (steps, asked) => {
        const userId = randomUUID();
        for (const step of steps) {
          // oxlint-disable no-await-in-loop -- steps
          if (step === "fold") await foldUsage();
          else if (step === "correct")
            await query("update usage_events set cost_micro_usd = 5, model = 'other' where user_id = $1", [
              userId,
            ]);
          else if (step === "delete some")
            await query("delete from usage_events where user_id = $1 and project_id is null", [userId]);
          else await store(userId, step.store);
          const report = await readReport(ofPerson(userId), { ...RANGE, ...asked });
          expect(totalOf(report)).toEqual(await sumOfRows("user_id = $1", userId));
          // oxlint-enable no-await-in-loop
        }
      }),
      { numRuns: kind === "postgres" ? 12 : 5 },
    );
  });

  test("each day of a zone has what was used on its date", async () => {
    const userId = randomUUID();
    await store(userId, fc.sample(aRow, { numRuns: 200, seed: 7 }));
    await foldUsage();
    await store(userId, fc.sample(aRow, { numRuns: 50, seed: 8 }));
    const rows = await query<{ at: Date; cost: number }>(
      "select at, coalesce(cost_micro_usd, 0)::float8 as cost from usage_events where user_id = $1",
      [userId],
    );
    for (const timeZone of ZONES) {
      const dateIn = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" });
      const expected: Record<string, number> = {};
      for (const { at, cost } of rows)
        expected[dateIn.format(at)] = (expected[dateIn.format(at)] ?? 0) + cost;
      // oxlint-disable-next-line no-await-in-loop -- a few
      const { buckets, groups } = await readReport(ofPerson(userId), {
        ...RANGE,
        timeZone,
        bucket: "day",
        groupBy: "purpose",
      });
      const found: Record<string, number> = {};
      for (const { bucket, costMicroUsd } of groups.flatMap(({ series }) => series)) {
        const date = dateIn.format(new Date(buckets[bucket] ?? ""));
        found[date] = (found[date] ?? 0) + costMicroUsd;
      }
      expect({ timeZone, found }).toEqual({ timeZone, found: expected });
    }
  });

  test("servers that fold at once, while requests are stored, count each once", async () => {
    const userId = randomUUID();
    const rows = fc.sample(aRow, { numRuns: 300, seed: 9 });
    const storing = Array.from({ length: 30 }, (_, index) =>
      store(userId, rows.slice(index * 10, index * 10 + 10)),
    );
    const folding = Array.from({ length: 12 }, () => foldUsage());
    await Promise.all([...storing, ...folding]);
    const expected = await sumOfRows("user_id = $1", userId);
    const read = () => readReport(ofPerson(userId), { ...RANGE, timeZone: "UTC", groupBy: "key" });
    const [, ...during] = await Promise.all([foldUsage(), ...Array.from({ length: 8 }, read)]);
    expect(during.map(totalOf)).toEqual(during.map(() => expected));
    expect(await query("select 1 from usage_tail where user_id = $1", [userId])).toEqual([]);
    // The embedded database frees no place by itself.
    const [tail] = await query<{ bytes: number }>("select pg_relation_size('usage_tail')::int as bytes");
    expect(kind === "embedded" ? tail?.bytes : 0).toBe(0);
    const sums = await query<{ minutes: number; requests: number }>(
      "select minutes, sum(requests)::float8 as requests from usage_sums where user_id = $1 group by 1 order by 1",
      [userId],
    );
    expect(sums).toEqual([15, 60, 1440].map((minutes) => ({ minutes, requests: expected.requests })));
    expect(totalOf(await read())).toEqual(expected);
  });

  test("what others asked for with a person's key is in the person's report, once", async () => {
    const owner = randomUUID();
    for (const userId of ["0", "z", owner]) {
      // oxlint-disable-next-line no-await-in-loop -- a few
      await query(
        `insert into usage_events (at, user_id, owner_kind, owner_id, key_provider, provider, model, outcome, duration_ms, cost_micro_usd)
         values ('2026-10-10T10:00:00Z', $1, 'person', $2, 'personal', 'anthropic', 'm', 'completed', 1, 10)`,
        [userId, owner],
      );
    }
    const byProvider = { ...RANGE, timeZone: "UTC", groupBy: "provider" } as const;
    const before = await readReport(ofPerson(owner), byProvider);
    await foldUsage();
    expect((await readReport(ofPerson(owner), byProvider)).totals).toEqual(before.totals);
    expect(before.totals).toMatchObject({ requests: 3, costMicroUsd: 30 });
  });

  describe("what is deleted", () => {
    const userId = randomUUID();
    beforeAll(async () => {
      await query(
        `insert into "user" (id, name, email, email_verified) values ($1, 'Dee Leted', $1 || '@example.com', true)`,
        [userId],
      );
      await query("insert into projects (id, user_id, name) values ($1, $2, 'Gone soon')", [IDS[4], userId]);
      await store(userId, fc.sample(aRow, { numRuns: 60, seed: 10 }));
      await foldUsage();
      await store(userId, fc.sample(aRow, { numRuns: 10, seed: 11 }));
    });

    test("a project that is deleted keeps its own sum", async () => {
      const byProject = { ...RANGE, timeZone: "UTC", groupBy: "project" } as const;
      const before = await readReport(ofPerson(userId), byProject);
      expect(before.groups.map(({ label }) => label)).toContain("Gone soon");
      await query("delete from projects where id = $1", [IDS[4]]);
      const after = await readReport(ofPerson(userId), byProject);
      expect(after.groups.find(({ id }) => id === IDS[4])).toEqual({
        ...before.groups.find(({ id }) => id === IDS[4]),
        label: "Deleted project",
        detail: `···${IDS[4]?.slice(-4)}`,
      });
      expect(totalOf(after)).toEqual(totalOf(before));
    });

    test("with a person goes what their own keys paid, and stays what the platform paid, without a name", async () => {
      const expected = await sumOfRows("user_id = $1 and key_provider = 'platform'", userId);
      await query(`delete from "user" where id = $1`, [userId]);
      const check = async () => {
        const mine = await readReport(ofPerson(userId), { ...RANGE, timeZone: "UTC", groupBy: "payer" });
        expect(mine.groups.map(({ id }) => id)).toEqual(["platform"]);
        const report = await readReport(OF_PLATFORM, {
          ...RANGE,
          timeZone: "UTC",
          groupBy: "person",
          person: userId,
        });
        expect(report.groups.map(({ label, totals }) => ({ label, totals }))).toEqual([
          { label: "Deleted account", totals: expected },
        ]);
      };
      await check();
      await foldUsage();
      await check();
      const left = await query("select 1 from usage_sums where owner_id = $1", [userId]);
      expect(left).toEqual([]);
    });
  });

  test("what a key paid today, this week and this month is told by the calendar of the zone", async () => {
    const userId = randomUUID();
    await store(userId, [
      // In Kathmandu it is Sunday, 1 November, since 18:15 UTC, and the week began on Monday, the 26th.
      spent("2026-10-31T18:20:00Z", 1),
      spent("2026-10-31T18:10:00Z", 10),
      spent("2026-10-25T18:20:00Z", 100),
      spent("2026-10-25T18:10:00Z", 1000),
    ]);
    const [key] = await keySpending({ userId }, "Asia/Kathmandu", new Date("2026-10-31T20:00:00Z"));
    expect([key?.day, key?.week, key?.month].map((figures) => figures?.costMicroUsd)).toEqual([1, 111, 1]);
    const [inUtc] = await keySpending({ userId }, "UTC", new Date("2026-10-31T20:00:00Z"));
    expect([inUtc?.day, inUtc?.week, inUtc?.month].map((figures) => figures?.costMicroUsd)).toEqual([
      11, 11, 1111,
    ]);
  });
}

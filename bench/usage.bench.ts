import { randomBytes } from "node:crypto";
import { Pool } from "pg";
import type { UsageGrouping } from "@/contracts/usage-report";
import { KEY_COLUMNS, SUM_COLUMNS } from "@/domain/spending/reports/usage-columns";
import { startRealPostgres } from "../tests/support/real-postgres";
import { type BenchRow, median } from "./bench-row";

/** Provider requests of thirty people in 400 days. */
const SIZES = (process.env["USAGE_ROWS"] ?? (process.env["BENCH_QUICK"] ? "1000000" : "10000000"))
  .split(",")
  .map(Number);
const PEOPLE = 30;
const DAYS = 400;
const TURNS = Number(process.env["USAGE_TURNS"] ?? 40);
/** Turns of the baseline, which is slow. */
const BASELINE_TURNS = 5;
const AIM_MS = 300;
const DAY_MS = 24 * 60 * 60_000;

/**
 * What the usage pages ask the database for, on a real Postgres: all queries of a page at once, as the page
 * does. Beside each the report's query over the rows themselves, in the same run. A part of the usage is
 * still in the tail.
 */
export async function benchUsage(): Promise<BenchRow[]> {
  const postgres = await startRealPostgres();
  Object.assign(process.env, {
    DATABASE_URL: await postgres.createDatabase(),
    APP_URL: "http://127.0.0.1:3000",
    BETTER_AUTH_SECRET: randomBytes(32).toString("hex"),
    ENCRYPTION_KEYS: `k1:${randomBytes(32).toString("hex")}`,
    LOG_LEVEL: "silent",
  });
  Reflect.deleteProperty(process.env, "ENCRYPTION_KEY");
  const { closeDatabase, databaseConnection } = await import("@/lib/db/client");
  const { foldUsage } = await import("@/domain/spending/reports/fold-usage");
  const { readReport } = await import("@/domain/spending/reports/read-report");
  const { keySpending } = await import("@/domain/spending/reports/key-spending");
  const { listRequests } = await import("@/domain/spending/reports/list-requests");
  await databaseConnection();
  const pool = new Pool({ connectionString: process.env["DATABASE_URL"], max: 1 });
  // It hears that the server ends, a moment after its own end.
  pool.on("error", () => undefined);
  const rows: BenchRow[] = [];
  try {
    const today = new Date(Math.ceil(Date.now() / DAY_MS) * DAY_MS);
    let made = 0;
    for (const size of SIZES) {
      // oxlint-disable no-await-in-loop -- one measurement after the other
      const begun = performance.now();
      await fill(pool, made, size, today);
      made = size;
      const { rows: counted } = await pool.query<{ n: string }>("select count(*) as n from usage_sums");
      const sums = Number(counted[0]?.n).toLocaleString("en");
      process.stdout.write(
        `  ${size.toLocaleString("en")} requests in ${sums} sums, stored in ${seconds(begun)}\n`,
      );
      await fillTail(pool);
      const folding = performance.now();
      await foldUsage();
      process.stdout.write(
        `  ${TAIL.toLocaleString("en")} requests of the tail folded in ${seconds(folding)}\n`,
      );
      await pool.query("vacuum analyze");
      await fillTail(pool);
      const range = (days: number) => ({ from: new Date(today.getTime() - days * DAY_MS), to: today });
      const zone = "America/New_York";
      const pages: { name: string; days: number; groupBy: UsageGrouping; isOperator: boolean }[] = [
        { name: "a person, 7 days by key", days: 7, groupBy: "key", isOperator: false },
        { name: "a person, 30 days by key", days: 30, groupBy: "key", isOperator: false },
        { name: "a person, 400 days by project", days: DAYS, groupBy: "project", isOperator: false },
        { name: "the operator, 30 days by person", days: 30, groupBy: "person", isOperator: true },
        { name: "the operator, 400 days by model", days: DAYS, groupBy: "model", isOperator: true },
      ];
      for (const { name, days, groupBy, isOperator } of pages) {
        const times: number[] = [];
        for (let turn = 0; turn < TURNS + 3; turn += 1) {
          const userId = `p${turn % PEOPLE}`;
          const scope = isOperator ? { kind: "installation" as const } : { kind: "person" as const, userId };
          const start = performance.now();
          await Promise.all([
            readReport(scope, { ...range(days), timeZone: zone, groupBy }),
            listRequests(scope, range(days)),
            isOperator ? null : keySpending({ userId }, zone, new Date()),
          ]);
          if (turn >= 3) times.push(performance.now() - start);
        }
        const overRows: number[] = [];
        for (let turn = 0; turn < BASELINE_TURNS; turn += 1) {
          const start = performance.now();
          await pool.query(
            `select date_trunc('day', at, $1) as bucket, ${BASELINE_COLUMNS[groupBy]}, sum(coalesce(requests, 1)), sum(cost_micro_usd),
               sum(input_tokens), sum(cached_input_tokens), sum(output_tokens)
             from usage_events where at >= $2 and at < $3
               and ${isOperator ? "owner_kind = 'installation' and owner_id = 'installation' and $4 <> ''" : "user_id = $4"}
             group by 1, 2`,
            [zone, range(days).from, range(days).to, `p${turn}`],
          );
          overRows.push(performance.now() - start);
        }
        const [p50, p95, baseline] = [percentile(times, 50), percentile(times, 95), median(overRows)];
        const common = { unit: "ms", baseline, aim: "" };
        const shown = `usage: ${name}, of ${size.toLocaleString("en")} requests`;
        rows.push({ ...common, name: `${shown}, p50`, value: p50, ratio: p50 / baseline, ok: null });
        rows.push({
          ...common,
          name: `${shown}, p95`,
          value: p95,
          ratio: p95 / baseline,
          aim: `at most ${AIM_MS} ms`,
          ok: p95 <= AIM_MS,
        });
      }
      // oxlint-enable no-await-in-loop
    }
  } finally {
    await pool.end();
    await closeDatabase();
    await postgres.stop();
  }
  return rows;
}

const BASELINE_COLUMNS: Partial<Record<UsageGrouping, string>> = {
  key: "coalesce(key_id::text, owner_kind)",
  project: "project_id",
  person: "user_id",
  model: "provider || '/' || model",
};

function percentile(times: readonly number[], percent: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}

const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

const AT_ONCE = 250_000;

/**
 * Adds requests until there are `to`, in the order of time: ten hours a day, each person in one project and
 * mostly with one model for an hour, a third of it paid by the platform.
 */
async function fill(pool: Pool, from: number, to: number, today: Date): Promise<void> {
  // Summed up at once at the end, as the migration does: a minute's job would take longer than the bench.
  await pool.query("alter table usage_events disable trigger user");
  for (let begin = from; begin < to; begin += AT_ONCE) {
    // oxlint-disable-next-line no-await-in-loop -- in the order of time
    await pool.query(
      `insert into usage_events (at, user_id, owner_kind, owner_id, key_provider, key_id, key_label, key_last4, project_id, provider, model,
         outcome, duration_ms, input_tokens, cached_input_tokens, output_tokens, cost_micro_usd, cost_source)
       select at, 'p' || person, case when is_platform then 'installation' else 'person' end,
         case when is_platform then 'installation' else 'p' || person end,
         case when is_platform then 'platform' else 'personal' end,
         case when not is_platform then md5('key' || person || project % 2)::uuid end, 'Work', 'abcd',
         md5('project' || person || project)::uuid, 'anthropic', 'model-' || model, 'completed', 1000,
         5000, 4000, 300, 20000, 'estimated'
       from (
         select at, person, hashtext(person || date_trunc('hour', at)::text) & 3 as project,
           case when random() < 0.85 then hashtext(person || date_trunc('day', at)::text) & 1 else 2 end as model,
           (hashtext(person::text || 'x' || date_trunc('hour', at)::text) & 15) < 5 as is_platform
         from (
           select (random() * ${PEOPLE - 1})::int as person,
             $1::timestamptz - interval '${DAYS} days' + floor(place) * interval '1 day' + interval '8 hours'
               + (place - floor(place)) * interval '10 hours' as at
           from (select (n - $4::float8) / ($5::float8 - $4::float8) * ${DAYS} as place from generate_series($2::int, $3::int) n) placed
         ) timed
       ) used`,
      [today, begin, Math.min(begin + AT_ONCE, to) - 1, from, to],
    );
  }
  await pool.query("alter table usage_events enable trigger user");
  const sums = SUM_COLUMNS.map((name) => `sum(${SUMMED[name] ?? `coalesce(${name}, 0)`})`).join(", ");
  await pool.query("truncate usage_sums, usage_tail");
  await pool.query(
    `insert into usage_sums (${["minutes", "starts_at", ...KEY_COLUMNS, ...SUM_COLUMNS].join(", ")})
     select minutes, date_bin(minutes * interval '1 minute', at, '2000-01-01T00:00:00Z'), ${KEY_COLUMNS.join(", ")}, ${sums}
     from usage_events cross join (values (15), (60), (1440)) as spans(minutes)
     group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 order by 1, 2`,
  );
}

const SUMMED: Partial<Record<(typeof SUM_COLUMNS)[number], string>> = {
  requests: "coalesce(requests, 1)",
  unpriced: "case when cost_micro_usd is null then 1 else 0 end",
  at_least: "0",
};

const TAIL = 1200;

/** As much as arrives between two foldings of a busy installation. */
async function fillTail(pool: Pool): Promise<void> {
  await pool.query(
    `insert into usage_events (at, user_id, key_provider, provider, model, outcome, duration_ms, input_tokens, cost_micro_usd)
     select now() - n * interval '50 ms', 'p' || n % ${PEOPLE}, 'platform', 'anthropic', 'model-' || n % 3, 'completed', 1, 100, 5
     from generate_series(1, ${TAIL}) n`,
  );
}

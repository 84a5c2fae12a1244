import { randomBytes, randomUUID } from "node:crypto";
import { Pool } from "pg";
import { INSTALLATION } from "@/contracts/owner";
import { startRealPostgres } from "../tests/support/real-postgres";
import { type BenchRow, median } from "./bench-row";

const QUICK = process.env["BENCH_QUICK"] === "1";
const ALONE = QUICK ? 300 : 2_000;
const AT_ONCE = 24;
const TOGETHER_MS = QUICK ? 2_000 : 8_000;
const P50_AIM_MS = 1.5;
const PER_SECOND_AIM = 500;

/**
 * What limits cost on a real Postgres: a request alone, and as many as go through one limit that all of them
 * count for. The baseline is the update of a single row, as a counter without reservations would make it.
 */
export async function benchLimits(): Promise<BenchRow[]> {
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
  const { reserve } = await import("@/domain/spending/limits/reserve");
  const { query } = await databaseConnection();
  const pool = new Pool({ connectionString: process.env["DATABASE_URL"], max: 12 });
  // The server ends while connections of the pool close.
  pool.on("error", () => undefined);
  try {
    await pool.query("create table counter (id int primary key, spent bigint) with (fillfactor = 50)");
    await pool.query("insert into counter values (1, 0)");
    const count = () => pool.query("update counter set spent = spent + $1 where id = 1", [7]);
    const settle = (id: string) => query(INSERT, [id, "installation", "platform"]);
    const record = () => query(INSERT, [randomUUID(), "person", "personal"]);
    const hold = (id: string) =>
      reserve({
        id,
        at: new Date(),
        userId: "person",
        owner: INSTALLATION,
        keyId: null,
        runId: null,
        serverId: null,
        microUsd: 100,
        inputTokens: 10,
        outputTokens: 10,
        floor: { user_id: "person", owner_kind: "installation", owner_id: "installation", model: "claude" },
      });
    const request = async () => {
      const id = randomUUID();
      await hold(id);
      await settle(id);
    };
    await pool.query(
      `insert into limits (owner_kind, owner_id, scope_kind, payer, measure, amount, period, time_zone, hard, created_by)
       values ('installation', 'installation', 'installation', 'platform', 'micro_usd', 1000000000000, 'month', 'Europe/Berlin', true, 'bench')`,
    );
    const [update, unlimited, limited] = await alone([count, record, request]);
    const updates = await together(count);
    const requests = await together(request);
    const counted = await pool.query("select sum(reserved)::int as reserved from limit_windows");
    if (counted.rows[0]?.reserved !== 0) throw new Error("something is still held");
    return [
      {
        name: "usage recorded, under no limit, p50",
        value: unlimited,
        unit: "ms",
        baseline: update,
        ratio: unlimited / update,
        aim: "",
        ok: null,
      },
      {
        name: "reserve + record and settle, one hard limit, p50",
        value: limited,
        unit: "ms",
        baseline: update,
        ratio: limited / update,
        aim: `at most ${P50_AIM_MS} ms more than recorded`,
        ok: limited - unlimited <= P50_AIM_MS,
      },
      {
        name: `requests through one limit, ${AT_ONCE} at once`,
        value: requests,
        unit: "/s",
        baseline: updates,
        ratio: requests / updates,
        aim: `at least ${PER_SECOND_AIM}/s`,
        ok: requests >= PER_SECOND_AIM,
      },
    ];
  } finally {
    await pool.end();
    await closeDatabase();
    await postgres.stop();
  }
}

const INSERT = `insert into usage_events (id, user_id, owner_kind, owner_id, key_provider, provider, model, outcome,
    input_tokens, output_tokens, cost_micro_usd, requests, duration_ms)
  values ($1, 'person', $2, $2, $3, 'anthropic', 'claude', 'completed', 10, 10, 60, 1, 1)`;

type Work = () => Promise<unknown>;

/** Milliseconds of each, the medians of many in turns: all of them meet the same load. */
async function alone(works: readonly [Work, Work, Work]): Promise<[number, number, number]> {
  const times: [number[], number[], number[]] = [[], [], []];
  for (let index = 0; index < ALONE; index += 1) {
    for (const [place, work] of works.entries()) {
      const start = performance.now();
      // oxlint-disable-next-line no-await-in-loop -- one after the other is what is measured
      await work();
      if (index >= ALONE / 10) times[place]?.push(performance.now() - start);
    }
  }
  return [median(times[0]), median(times[1]), median(times[2])];
}

/** How many a second, with many at once. */
async function together(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  let done = 0;
  const worker = async () => {
    while (performance.now() - start < TOGETHER_MS) {
      // oxlint-disable-next-line no-await-in-loop -- as above
      await work();
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return done / ((performance.now() - start) / 1000);
}

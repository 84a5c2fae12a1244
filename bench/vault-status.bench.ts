import { randomBytes } from "node:crypto";
import { Pool } from "pg";
import { startRealPostgres } from "../tests/support/real-postgres";
import { type BenchRow, median } from "./bench-row";

/** Keys in the vault, three of each person. */
const SIZES = (process.env["VAULT_ROWS"] ?? "1500,100000,1000000").split(",").map(Number);
const ASKED = 15;
const COUNTED = 3;
/** Flat: a thousand times as many rows take at most this many times as long. */
const AIM = 2;

/**
 * Duration of `vault status` and `vault doctor` on a real Postgres by the size of the vault, compared with
 * the smallest size, and duration of a full count. The sealed values are dummies: neither command opens a
 * value.
 */
export async function benchVaultStatus(): Promise<BenchRow[]> {
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
  const { vaultStatus } = await import("@/domain/vault/vault-status");
  const { vaultDoctor } = await import("@/domain/vault/vault-doctor");
  const { recountVault } = await import("@/domain/vault/counts/vault-counts");
  await databaseConnection();
  const pool = new Pool({ connectionString: process.env["DATABASE_URL"], max: 1 });
  const rows: BenchRow[] = [];
  const fewest: Record<string, number> = {};
  try {
    let made = 0;
    for (const size of SIZES) {
      await fill(pool, made, size);
      made = size;
      const counting = await timeOf(recountVault, COUNTED);
      rows.push({
        name: `vault: counting ${size.toLocaleString("en")} keys, in the background`,
        value: counting,
        unit: "ms",
        baseline: Number.NaN,
        ratio: Number.NaN,
        aim: "",
        ok: null,
      });
      for (const [name, ask] of [
        ["status", vaultStatus],
        ["doctor", vaultDoctor],
      ] as const) {
        const value = await timeOf(ask, ASKED);
        const baseline = (fewest[name] ??= value);
        rows.push({
          name: `vault: ${name} with ${size.toLocaleString("en")} keys`,
          value,
          unit: "ms",
          baseline,
          ratio: value / baseline,
          aim: `at most ${AIM} times the fewest`,
          ok: value <= baseline * AIM,
        });
      }
    }
  } finally {
    await pool.end();
    await closeDatabase();
    await postgres.stop();
  }
  return rows;
}

async function timeOf(work: () => Promise<unknown>, turns: number): Promise<number> {
  const times: number[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const begun = performance.now();
    await work();
    times.push(performance.now() - begun);
  }
  return median(times);
}

/** Adds people with a data key and three keys each, until there are `to` keys. */
async function fill(pool: Pool, from: number, to: number): Promise<void> {
  const people = `generate_series(${Math.ceil(from / 3) + 1}, ${Math.ceil(to / 3)}) n`;
  await pool.query(
    `insert into "user" (id, name, email) select 'p' || n, 'P', n || '@example.com' from ${people}`,
  );
  await pool.query(
    `insert into data_keys (id, owner_kind, owner_id, wrapped, seals)
      select lpad(n::text, 32, 'a'), 'user', 'p' || n, 'orcw1.k1.' || repeat('A', 80), 3 from ${people}`,
  );
  await pool.query(
    `insert into user_ai_api_keys (user_id, provider, seal_purpose, api_key, last4, fingerprint)
      select 'p' || n, p, p || ':bench', 'orc2.' || lpad(n::text, 32, 'a') || '.' || repeat('A', 180), 'AAAA', 'x'
      from ${people}, unnest(array['anthropic', 'openai', 'openrouter']) p`,
  );
  await pool.query("vacuum analyze");
}

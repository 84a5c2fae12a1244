import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type KeyObject,
  randomBytes,
  randomUUID,
} from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Pool } from "pg";
import { startRealPostgres } from "../tests/support/real-postgres";
import { type BenchRow, median } from "./bench-row";

/** Rows that are resealed. */
const ROWS = Number(process.env["ROTATION_ROWS"] ?? 100_000);
/** Every person has a key of each. */
const PROVIDERS = ["anthropic", "openai", "openrouter"] as const;
const PEOPLE = Math.ceil(ROWS / PROVIDERS.length);
/** The most secrets a project can have. */
const SECRETS_OF_A_PROJECT = 100;
const PROJECTS = Math.ceil(ROWS / SECRETS_OF_A_PROJECT);
const PAGE = 1_000;
const ROUNDS = 3;
const AIM = 0.8;
const READ_EVERY_MS = 10;
const LOOK_AT_MEMORY_EVERY_MS = 250;
const MEMORY_GROWS_AT_MOST = 1.25;

const CIPHER = "aes-256-gcm";
const TAG = { authTagLength: 16 };

/**
 * A rotation of all data keys on a real Postgres, compared with a minimal re-encryption: pages of 1,000 rows
 * by primary key, node:crypto called directly with one key for all rows, one UPDATE a page that compares with
 * the old value.
 *
 * Ours also makes a new data key for every owner. So two cases are measured: project secrets, where an owner
 * has many values, and people's keys, where every third value has a new owner, which is the worst case.
 * Meanwhile a reader opens keys at random.
 */
export async function benchRotation(): Promise<BenchRow[]> {
  const postgres = await startRealPostgres();
  Object.assign(process.env, {
    DATABASE_URL: await postgres.createDatabase(),
    APP_URL: "http://127.0.0.1:3000",
    BETTER_AUTH_SECRET: randomBytes(32).toString("hex"),
    ENCRYPTION_KEYS: `k1:${randomBytes(32).toString("hex")}`,
    LOG_LEVEL: "silent",
  });
  Reflect.deleteProperty(process.env, "ENCRYPTION_KEY");
  const { closeDatabase } = await import("@/lib/db/client");
  const pool = new Pool({ connectionString: process.env["DATABASE_URL"], max: 4 });
  try {
    const people = await fill(pool);
    const bare = await fillBare(pool);
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      // Sequential: run concurrently, they would measure each other.
      const base = await bareRound(pool, bare);
      const ours = await rotationRound(pool, people);
      rounds.push({ ...ours, base });
      await pool.query("vacuum analyze");
    }
    return [...rowsOf(rounds), await memoryRow(pool, people)];
  } finally {
    await pool.end();
    await closeDatabase();
    await postgres.stop();
  }
}

interface Round {
  /** Rows a second: of the two cases, of the whole rotation, and of the bare loop. */
  secrets: number;
  keys: number;
  whole: number;
  base: number;
  reads: number;
  failed: number;
}

function rowsOf(rounds: readonly Round[]): BenchRow[] {
  const of = (pick: (round: (typeof rounds)[number]) => number) => median(rounds.map(pick));
  const count = ROWS.toLocaleString("en");
  const sealedAnew = (what: string, pick: (round: Round) => number): BenchRow => {
    const ratio = of((round) => pick(round) / round.base);
    return {
      name: `rotation: ${count} ${what} sealed anew`,
      value: of(pick),
      unit: "rows/s",
      baseline: of(({ base }) => base),
      ratio,
      aim: `at least ${AIM} of a bare paged batch update`,
      ok: ratio >= AIM,
    };
  };
  return [
    sealedAnew(`secrets of ${PROJECTS.toLocaleString("en")} projects`, ({ secrets }) => secrets),
    sealedAnew(`keys of ${PEOPLE.toLocaleString("en")} people`, ({ keys }) => keys),
    {
      name: "rotation: both, with verifying and destroying the old keys",
      value: of(({ whole }) => whole),
      unit: "rows/s",
      baseline: of(({ base }) => base),
      ratio: of(({ whole, base }) => whole / base),
      aim: "",
      ok: null,
    },
    {
      name: "rotation: keys opened by a reader meanwhile",
      value: rounds.reduce((sum, { reads }) => sum + reads, 0),
      unit: "reads",
      baseline: Number.NaN,
      ratio: Number.NaN,
      aim: "none fails",
      ok: rounds.every(({ failed }) => failed === 0),
    },
  ];
}

function textOf(userId: string, provider: string): string {
  return `sk-ant-api03-${provider}-${userId}`.padEnd(108, "A");
}

/** People with a data key and three sealed keys each, as the product would have made them. */
async function fill(pool: Pool): Promise<string[]> {
  const { databaseConnection } = await import("@/lib/db/client");
  const { createDataKey } = await import("@/lib/encryption");
  const { keyEncryptionKeys } = await import("@/domain/vault/data-keys/key-encryption-keys");
  const { API_KEYS } = await import("@/domain/vault/sealing/sealed-columns");
  const { sealText, fingerprintOf } = await import("@/domain/vault/sealing/seal-text");
  const { newSealPurpose } = await import("@/domain/keys/sources/stored/seal-purpose");
  await databaseConnection();
  const people = Array.from({ length: PEOPLE }, () => randomUUID());
  for (let from = 0; from < people.length; from += PAGE) {
    const page = people.slice(from, from + PAGE);
    const keys: unknown[][] = [[], [], []];
    const values: unknown[][] = [[], [], [], [], []];
    for (const userId of page) {
      const { dataKey, wrapped } = await createDataKey(
        { ownerKind: "user", ownerId: userId },
        keyEncryptionKeys().current,
      );
      push(keys, dataKey.id, userId, wrapped);
      for (const provider of PROVIDERS) {
        const text = textOf(userId, provider);
        const purpose = newSealPurpose(provider, null);
        const sealed = sealText(API_KEYS, { owner: userId, purpose }, text, dataKey);
        push(values, userId, provider, purpose, sealed, fingerprintOf(API_KEYS, text, dataKey));
      }
    }
    await pool.query(
      `insert into "user" (id, name, email) select id, 'P', id || '@example.com' from unnest($1::text[]) id`,
      [page],
    );
    await pool.query(
      "insert into data_keys (id, owner_kind, owner_id, wrapped, seals) select i, 'user', o, w, 3 from unnest($1::text[], $2::text[], $3::text[]) n(i, o, w)",
      keys,
    );
    await pool.query(
      "insert into user_ai_api_keys (user_id, provider, seal_purpose, api_key, last4, fingerprint) select u, p, s, k, 'AAAA', f from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) n(u, p, s, k, f)",
      values,
    );
  }
  await fillSecrets(pool, people[0] ?? "");
  await pool.query("vacuum analyze");
  return people;
}

/** Projects with a data key and a hundred secrets each. */
async function fillSecrets(pool: Pool, userId: string): Promise<void> {
  const { createDataKey } = await import("@/lib/encryption");
  const { keyEncryptionKeys } = await import("@/domain/vault/data-keys/key-encryption-keys");
  const { PROJECT_SECRETS } = await import("@/domain/vault/sealing/sealed-columns");
  const { sealDocument } = await import("@/domain/vault/sealing/seal-text");
  for (let made = 0; made < PROJECTS; made += 1) {
    const projectId = randomUUID();
    const { dataKey, wrapped } = await createDataKey(
      { ownerKind: "project", ownerId: projectId },
      keyEncryptionKeys().current,
    );
    const names = Array.from({ length: SECRETS_OF_A_PROJECT }, (_, index) => `SECRET_${index}`);
    const documents = names.map((name) =>
      JSON.stringify(
        sealDocument(
          PROJECT_SECRETS,
          { owner: projectId, purpose: name },
          { text: textOf(projectId, name) },
          dataKey,
        ),
      ),
    );
    await pool.query("insert into projects (id, user_id, name) values ($1, $2, 'P')", [projectId, userId]);
    await pool.query(
      "insert into data_keys (id, owner_kind, owner_id, wrapped, seals) values ($1, 'project', $2, $3, 100)",
      [dataKey.id, projectId, wrapped],
    );
    await pool.query(
      "insert into project_secrets (project_id, name, value) select $1, n, v::jsonb from unnest($2::text[], $3::text[]) s(n, v)",
      [projectId, names, documents],
    );
  }
}

function push(columns: unknown[][], ...values: unknown[]): void {
  values.forEach((value, index) => columns[index]?.push(value));
}

async function rotationRound(pool: Pool, people: readonly string[]) {
  const { startKeyRotation } = await import("@/domain/vault/rotation/start-key-rotation");
  const { runKeyRotation } = await import("@/domain/vault/rotation/run-key-rotation");
  const reader = startReader(people);
  const { id } = await startKeyRotation({ system: "operator" }, { kind: "data_keys", dryRun: false });
  const begun = performance.now();
  /** When each step began. */
  const marks: { step: string; at: number }[] = [];
  const outcome = await runKeyRotation(id, {
    worker: "bench",
    onStep: (step) => marks.push({ step: step.name, at: performance.now() }),
  });
  const whole = performance.now() - begun;
  if (outcome !== "finished") throw new Error(`the rotation ended with ${outcome}`);
  // The columns are walked in the order of their registry: keys, then secrets.
  const from = marks.findIndex(({ step }) => step === "reseal_values");
  const at = (index: number) => marks[from + index]?.at ?? Number.NaN;
  const { rows } = await pool.query<{ n: string }>(
    "select count(*) as n from user_ai_api_keys v join data_keys k on k.id = split_part(v.api_key, '.', 2) where k.state = 'active'",
  );
  if (Number(rows[0]?.n) !== PEOPLE * PROVIDERS.length) throw new Error("not every key was sealed anew");
  const [keys, secrets] = [PEOPLE * PROVIDERS.length, PROJECTS * SECRETS_OF_A_PROJECT];
  return {
    keys: (keys * 1000) / (at(1) - at(0)),
    secrets: (secrets * 1000) / (at(2) - at(1)),
    whole: ((keys + secrets) * 1000) / whole,
    ...(await reader.stop()),
  };
}

/** Opens keys of people at random through the product's own function, until stopped. */
function startReader(people: readonly string[]) {
  const stopped = new AbortController();
  let reads = 0;
  let failed = 0;
  const loop = (async () => {
    const { openStoredKey } = await import("@/domain/keys/sources/stored/open-stored-key");
    while (!stopped.signal.aborted) {
      const userId = people[Math.floor(Math.random() * people.length)] ?? "";
      const opened = await openStoredKey({ userId }, { provider: "anthropic" });
      reads += 1;
      if (opened.status !== "ok" || opened.key.reveal() !== textOf(userId, "anthropic")) failed += 1;
      await wait(READ_EVERY_MS);
    }
  })();
  return {
    async stop() {
      stopped.abort();
      await loop;
      return { reads, failed };
    },
  };
}

/**
 * Memory use of a rotation, in a separate round because garbage collection takes time: its second half
 * compared with its first. Memory that grows with the rows would have doubled.
 */
async function memoryRow(pool: Pool, people: readonly string[]): Promise<BenchRow> {
  const watch = startMemoryWatch();
  await rotationRound(pool, people);
  const { before, samples } = watch.stop();
  const half = Math.floor(samples.length / 2);
  const peak = (from: number, to: number) => Math.max(...samples.slice(from, to));
  const [first, second] = [peak(0, half), peak(half, samples.length)];
  return {
    name: "rotation: memory in use, second half beside first",
    value: second,
    unit: "MB",
    baseline: first,
    ratio: second / first,
    aim: `at most ${MEMORY_GROWS_AT_MOST}; ${Math.round(before)} MB before it`,
    ok: second / first <= MEMORY_GROWS_AT_MOST,
  };
}

/** Memory in use after everything collectable was collected. */
function startMemoryWatch() {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const inUseMb = () => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return (heapUsed + external) / 1024 / 1024;
  };
  const before = inUseMb();
  const samples: number[] = [];
  const timer = setInterval(() => samples.push(inUseMb()), LOOK_AT_MEMORY_EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      return { before, samples };
    },
  };
}

/** The same rows in a table of the same shape, sealed with one key. */
async function fillBare(pool: Pool): Promise<{ key: KeyObject }> {
  await pool.query("create table bare_keys (like user_ai_api_keys including all)");
  const key = createSecretKey(randomBytes(32));
  const { rows } = await pool.query<{ id: string; user_id: string; provider: string; seal_purpose: string }>(
    "select id, user_id, provider, seal_purpose from user_ai_api_keys",
  );
  for (let from = 0; from < rows.length; from += PAGE) {
    const page = rows.slice(from, from + PAGE);
    await pool.query(
      "insert into bare_keys (id, user_id, provider, seal_purpose, api_key, last4, fingerprint) select i, u, p, s, k, 'AAAA', 'x' from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[]) n(i, u, p, s, k)",
      [
        page.map((row) => row.id),
        page.map((row) => row.user_id),
        page.map((row) => row.provider),
        page.map((row) => row.seal_purpose),
        page.map((row) => bareSeal(key, textOf(row.user_id, row.provider))),
      ],
    );
  }
  await pool.query("vacuum analyze bare_keys");
  return { key };
}

async function bareRound(pool: Pool, bare: { key: KeyObject }): Promise<number> {
  const { rows: people } = await pool.query<{ user_id: string }>(
    "select user_id from user_ai_api_keys limit 1000",
  );
  const reader = startReader(people.map((row) => row.user_id));
  const next = createSecretKey(randomBytes(32));
  const begun = performance.now();
  let last = "00000000-0000-0000-0000-000000000000";
  let done = 0;
  for (;;) {
    const { rows } = await pool.query<{ id: string; api_key: string }>(
      "select id, api_key from bare_keys where id > $1 order by id limit $2",
      [last, PAGE],
    );
    if (rows.length === 0) break;
    await pool.query(
      "update bare_keys b set api_key = n.k from unnest($1::uuid[], $2::text[], $3::text[]) n(i, o, k) where b.id = n.i and b.api_key = n.o",
      [
        rows.map((row) => row.id),
        rows.map((row) => row.api_key),
        rows.map((row) => bareSeal(next, bareOpen(bare.key, row.api_key))),
      ],
    );
    last = rows.at(-1)?.id ?? last;
    done += rows.length;
  }
  const tookMs = performance.now() - begun;
  bare.key = next;
  await reader.stop();
  return (done * 1000) / tookMs;
}

function bareSeal(key: KeyObject, text: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv(CIPHER, key, nonce, TAG);
  return Buffer.concat([nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]).toString(
    "base64url",
  );
}

function bareOpen(key: KeyObject, sealed: string): string {
  const bytes = Buffer.from(sealed, "base64url");
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, 12), TAG);
  decipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString("utf8");
}

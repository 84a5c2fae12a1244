import { randomUUID } from "node:crypto";
import { Pool } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { INSTALLATION, personAsOwner } from "@/contracts/owner";
import { storeEnd } from "@/domain/runs/store-end";
import { createPlatformLimit } from "@/domain/spending/limits/create-limit";
import { reserve } from "@/domain/spending/limits/reserve";
import { usageRow } from "../support/usage-row";
import { addLimit, addPerson, asked, figuresOf, limitsBattery, query, record } from "./limits-battery";
import { untilWaiting } from "./until-waiting";
import { useDatabase } from "./use-database";

useDatabase("postgres");
limitsBattery();

/** As two servers have them. */
let servers: Pool[];
beforeAll(() => {
  servers = [1, 2].map(
    () => new Pool({ connectionString: process.env["DATABASE_URL"], max: 12, application_name: "server" }),
  );
});
afterAll(() => Promise.all(servers.map((server) => server.end())));

test("of 200 requests at once at two servers, with room for ten, ten are sent, and none is refused when all are settled", async () => {
  const userId = await addPerson();
  const owner = personAsOwner(userId);
  const limit = await addLimit({ owner, scope: "person", scopeId: userId, amount: 1000 });
  const one = async (server: number): Promise<{ id: string; answer: object }> => {
    const id = randomUUID();
    const text = `select reserve_limits($1::uuid, now(), $2, 'person', $2, null, null, null, 100, 10, 10, 30, '{}') as answer`;
    const found = await servers[server % 2]?.query<{ answer: object }>(text, [id, userId]);
    return { id, answer: found?.rows[0]?.answer ?? {} };
  };
  const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => one(index)));
  const held = answers.filter(({ answer }) => "held" in answer);
  expect(held).toHaveLength(10);
  expect(await figuresOf(limit)).toEqual({ spent: 0, reserved: 1000 });
  await Promise.all(held.map(({ id }) => record(asked({ userId, id }), { cost: 90 })));
  expect(await figuresOf(limit)).toEqual({ spent: 900, reserved: 0 });
  expect(await reserve(asked({ userId }))).toHaveProperty("held");
  expect(await reserve(asked({ userId }))).toHaveProperty("short");
});

test("servers that count several limits in different orders do not wait for each other in a circle", async () => {
  const [ann, bob] = [await addPerson(), await addPerson()];
  const limits = [
    await addLimit({ owner: INSTALLATION, scope: "installation", amount: 1e9 }),
    await addLimit({ owner: INSTALLATION, scope: "each_person", amount: 1e9 }),
    await addLimit({ owner: INSTALLATION, scope: "installation", measure: "tokens", amount: 1e9 }),
    await addLimit({ owner: INSTALLATION, scope: "person", scopeId: ann, period: "week", amount: 1e9 }),
  ];
  const insert = `insert into usage_events (id, user_id, owner_kind, owner_id, key_provider, provider, model, outcome, input_tokens, output_tokens, cost_micro_usd, requests, duration_ms, at)
    select gen_random_uuid(), u, 'installation', 'installation', 'platform', 'anthropic', 'claude', 'completed', 1, 1, 1, 1, 1, now() - d * interval '8 days'
    from unnest($1::text[]) u, generate_series(0, 1) d`;
  const work = Array.from({ length: 60 }, (_, index) =>
    servers[index % 2]?.query(insert, [index % 3 === 0 ? [ann, bob] : [bob, ann]]),
  );
  const holding = Array.from({ length: 60 }, (_, index) =>
    reserve(asked({ userId: index % 2 === 0 ? ann : bob, owner: INSTALLATION })),
  );
  await Promise.all([...work, ...holding]);
  expect((await figuresOf(limits[0] ?? "")).spent).toBe(240);
  expect((await figuresOf(limits[1] ?? "", ann)).spent).toBe(120);
  await query("delete from limits where id = any($1)", [limits]);
});

test("a new limit waits for what is being recorded, and what is recorded waits for it", async () => {
  const userId = await addPerson();
  const record = `insert into usage_events (user_id, owner_kind, owner_id, key_provider, provider, model, outcome, cost_micro_usd, requests, duration_ms)
    values ($1, 'installation', 'installation', 'platform', 'anthropic', 'claude', 'completed', 7, 1, 1)`;
  const [server] = servers;
  const client = await server?.connect();
  await client?.query("begin");
  await client?.query(record, [userId]);
  const making = createPlatformLimit(
    { userId },
    {
      scope: { kind: "person", id: userId },
      measure: "micro_usd",
      amount: 1000,
      period: "month",
      timeZone: "UTC",
      weekStart: 1,
      hard: true,
      thresholds: [],
      fallbackPrice: null,
    },
  );
  await untilWaiting(1);
  const meanwhile = servers[1]?.query(record, [userId]);
  await untilWaiting(2);
  await client?.query("commit");
  client?.release();
  const [made] = await Promise.all([making, meanwhile]);
  expect(made.window).toMatchObject({ spent: 7 });
  expect(await figuresOf(made.id)).toEqual({ spent: 14, reserved: 0 });
});

/** Holds up whoever counts for a person, as making a limit does, until so many wait for it. */
async function countingHeld<Result>(userId: string, waiting: number, meanwhile: () => Promise<Result>) {
  const holder = await servers[0]?.connect();
  if (!holder) throw new Error("no server");
  try {
    await holder.query("begin");
    await holder.query("select pg_advisory_xact_lock(29, counting_lock('person', $1))", [userId]);
    const result = meanwhile();
    result.catch(() => undefined);
    await untilWaiting(waiting);
    return { result, holder };
  } catch (error) {
    holder.release(true);
    throw error;
  }
}

test("who records a request and who sweeps it do not wait for each other in a circle", async () => {
  const userId = await addPerson();
  const limit = await addLimit({
    owner: personAsOwner(userId),
    scope: "person",
    scopeId: userId,
    amount: 1000,
  });
  const request = asked({ userId });
  await reserve(request);
  await query("update reservations set held_until = now() - interval '1 second' where id = $1", [request.id]);
  const { result, holder } = await countingHeld(userId, 2, () =>
    Promise.all([
      record(request),
      query<{ swept: boolean }>("select sweep_reservation($1) as swept", [request.id]),
    ]),
  );
  await holder.query("commit");
  holder.release();
  await result;
  const rows = await query("select 1 from usage_events where id = $1", [request.id]);
  expect(rows).toHaveLength(1);
  expect(await figuresOf(limit)).toMatchObject({ reserved: 0 });
  await query("delete from limits where id = $1", [limit]);
});

test("a run whose end waits for a limit that is being made keeps its row free to be prolonged", async () => {
  const userId = await addPerson();
  const runId = randomUUID();
  await query(
    "insert into runs (user_id, slot, run_id, expires_at) values ($1, 1, $2, now() + interval '20 seconds')",
    [userId, runId],
  );
  const ended = {
    actor: { userId },
    runId,
    threadId: undefined,
    project: { id: randomUUID() },
    selection: { payer: "person", provider: "anthropic", model: "claude" } as const,
  };
  const { result, holder } = await countingHeld(userId, 1, () =>
    storeEnd(ended, { answer: null, usage: [usageRow()], worked: null }),
  );
  const free = await holder.query("select 1 from runs where run_id = $1 for update skip locked", [runId]);
  await holder.query("commit");
  holder.release();
  await result;
  expect(free.rows).toHaveLength(1);
  expect(await query("select 1 from runs where run_id = $1", [runId])).toEqual([]);
});

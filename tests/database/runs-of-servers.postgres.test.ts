import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { runChannel } from "@/domain/runs/elsewhere/run-channel";
import { settleDeadRuns, settleDeadRunsAtStart } from "@/domain/runs/elsewhere/settle-dead-runs";
import { runsHere } from "@/domain/runs/run-rows";
import { thisServer } from "@/domain/runs/this-server";
import { databaseConnection } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";
import { startTcpGate, type TcpGate } from "../http/support/tcp-gate";
import { addAda, begunRun, read, SOON, word } from "./live-runs-battery";
import { untilWaiting } from "./until-waiting";
import { useDatabase } from "./use-database";

useDatabase("postgres");

/** In front of the database. */
let gate: TcpGate;
beforeAll(async () => {
  process.env["ANTHROPIC_API_KEY"] = "sk-ant-live-runs-0123456789";
  const url = new URL(process.env["DATABASE_URL"] ?? "");
  gate = await startTcpGate(Number(url.port));
  url.port = String(gate.port);
  process.env["DATABASE_URL"] = url.href;
  await addAda();
});
afterEach(() => void vi.useRealTimers());
afterAll(() => gate.shut());

test("a start removes the runs of servers that died, and leaves those of servers that live or cannot be heard", async () => {
  await expect.poll(() => runChannel().isHearing, SOON).toBe(true);
  const { query } = await databaseConnection();
  const add = (slot: number, serverId: string, hasLock: boolean, seconds: number) =>
    query(
      `insert into runs (user_id, slot, run_id, server_id, has_lock, expires_at)
       values ('ada', $1, gen_random_uuid(), $2, $3, now() + make_interval(secs => $4))`,
      [slot, serverId, hasLock, seconds],
    );
  await add(101, thisServer(), true, 20);
  await add(102, randomUUID(), true, 20);
  await add(103, randomUUID(), false, 20);
  await add(104, randomUUID(), false, -1);
  // What a server does while it runs, and at its start.
  await settleDeadRuns();
  await settleDeadRunsAtStart();
  const { rows } = await query("delete from runs where slot > 100 returning slot");
  expect(rows).toEqual([{ slot: 101 }, { slot: 103 }]);
});

test("a thread whose server died is free for the next message", async () => {
  const { threadId, project } = await endedRun();
  const { query } = await databaseConnection();
  await query(
    `insert into runs (user_id, slot, run_id, project_id, thread_id, server_id, has_lock, expires_at)
     values ('ada', 1, gen_random_uuid(), $1, $2, gen_random_uuid(), true, now() + interval '20 seconds')`,
    [project.id, threadId],
  );
  const next = await begunRun({ project, threadId });
  next.end();
  await next.live.ended;
  expect(await next.stored()).toHaveLength(4);
});

async function endedRun() {
  const run = await begunRun();
  run.say(word("One"));
  run.end();
  await run.live.ended;
  return run;
}

test("an answer goes on to its end while the database is away, and is stored when it is back", async () => {
  const { live, say, end, stored, runId } = await begunRun();
  const seen = read(live);
  say(word("The "));
  await gate.shut();
  const { query } = await databaseConnection();
  await expect
    .poll(
      () =>
        query("select 1").then(
          () => "there",
          () => "away",
        ),
      SOON,
    )
    .toBe("away");
  say(word("whole"));
  end();
  expect(await seen).toMatchObject({ text: "The whole", raw: expect.stringContaining('"type":"finish"') });
  await live.ended;
  await gate.open();
  await expect
    .poll(
      () =>
        stored().then(
          ([, answer]) => answer ?? null,
          () => null,
        ),
      SOON,
    )
    .toMatchObject({ parts: [{ text: "The whole" }], metadata: { outcome: "completed" } });
  const usage = () => query("select outcome from usage_events where message_id = $1", [runId]);
  await expect.poll(async () => (await usage()).rows, SOON).toEqual([{ outcome: "completed" }]);
});

test("an answer ends for its viewers while something holds the database up, and is stored after that", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const { live, say, end, stored, project, runId } = await begunRun();
  const seen = read(live);
  say(word("Whole"));
  const { db } = await databaseConnection();
  await db.transaction(async (other) => {
    await other.execute(sql`select 1 from projects where id = ${project.id} for update`);
    end();
    await untilWaiting(1);
    // Nor may what waits keep the row that its server prolongs together with those of its other runs.
    const row = sql`select 1 from runs where run_id = ${runId} for update skip locked`;
    expect(await rowsOf(other, row)).toHaveLength(1);
    vi.advanceTimersByTime(10_000);
    expect((await seen).raw).toMatch(/"outcome":"completed".*\n\ndata: \[DONE\]\n\n$/);
    expect(await stored()).toHaveLength(1);
    // Whoever waits for the end of its runs, or sends the next message, waits for what is not stored yet.
    expect(runsHere()).toBe(1);
  });
  await live.ended;
  expect((await stored())[1]).toMatchObject({ id: runId, parts: [{ text: "Whole" }] });
  expect(runsHere()).toBe(0);
});

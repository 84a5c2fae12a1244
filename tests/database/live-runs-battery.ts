import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import type { Actor } from "@/domain/identity/actor";
import { requestIdOf } from "@/domain/metering/request-id";
import { createProject } from "@/domain/projects/create-project";
import { listThreadMessages } from "@/domain/projects/threads/list-thread-messages";
import { listThreads } from "@/domain/projects/threads/list-threads";
import { admitRun } from "@/domain/runs/admit-run";
import type { ChunkSink } from "@/domain/runs/chunk-sink";
import { drainRuns } from "@/domain/runs/drain-runs";
import { settleDeadRunsAtStart } from "@/domain/runs/elsewhere/settle-dead-runs";
import { joinRun } from "@/domain/runs/join-run";
import type { LiveRun } from "@/domain/runs/live-run";
import { payingOfRun } from "@/domain/runs/paying-of-run";
import { prepareRun } from "@/domain/runs/prepare-run";
import type { RunChunk } from "@/domain/runs/run";
import { startRun } from "@/domain/runs/start-run";
import type { MeteredRequest } from "@/domain/spending/metered-request";
import { databaseConnection } from "@/lib/db/client";
import { userTable } from "@/lib/db/schema";

const ADA: Actor = { userId: "ada" };
const SELECTION = { payer: "platform", provider: "anthropic", model: "claude-haiku-4-5" } as const;
const NO_ECHO = { isIn: () => false };
const LATE_RUN = {
  runId: randomUUID(),
  projectId: randomUUID(),
  threadId: undefined,
  questionId: "question",
  keepWorking: false,
  paying: payingOfRun(
    { selection: SELECTION },
    { source: "platform", provider: SELECTION.provider, baseUrl: null },
  ),
};
export const SOON = { timeout: 60_000, interval: 20 };

/** A run whose answer the test writes, in the place of the agent's loop. */
export async function begunRun(
  given: { keepWorking?: boolean; project?: { id: string }; threadId?: string } = {},
) {
  const { project = await createProject(ADA, { name: "Shop" }), threadId = randomUUID(), ...parts } = given;
  const prepared = await prepareRun(ADA, {
    projectId: project.id,
    threadId,
    parentId: null,
    message: { id: randomUUID(), role: "user", parts: [{ type: "text", text: "Build it" }] },
    selection: SELECTION,
    arrivedAt: performance.now(),
    ...parts,
  });
  const over = Promise.withResolvers<void>();
  let answer: ChunkSink | undefined;
  let request: MeteredRequest | undefined;
  const live = startRun(prepared, (run, _signal, sink) => {
    answer = sink;
    request = run.receipt.begin("chat", NO_ECHO);
    request.wire.sentBytes = 400;
    return over.promise;
  });
  const say = (...chunks: RunChunk[]) => chunks.forEach((chunk) => answer?.write(chunk));
  say({ type: "text-start", id: "0" });
  const end = () => {
    request?.end("completed");
    say({ type: "text-end", id: "0" }, { type: "finish", finishReason: "stop" });
    over.resolve();
  };
  const stored = async () => (await listThreadMessages(ADA, project.id, threadId)).messages;
  return { project, threadId, live, say, end, stored, runId: prepared.runId };
}

export const word = (delta: string): RunChunk => ({ type: "text-delta", id: "0", delta });

export async function read(live: LiveRun): Promise<{ text: string; events: number; raw: string }> {
  const raw = await new Response(live.watch()).text();
  const events = raw.split("\n\n").filter((each) => each.startsWith("data: {"));
  const texts = events.map((each) => (JSON.parse(each.slice(6)) as { delta?: string }).delta ?? "");
  return { text: texts.join(""), events: events.length, raw };
}

/** What the database has of an answer, whether its run goes on or not. */
async function rowOf(runId: string) {
  const { query } = await databaseConnection();
  const { rows } = await query(
    "select parts, metadata ->> 'outcome' as outcome from messages where id = $1",
    [runId],
  );
  return rows[0] as { parts: { type: string; text?: string }[]; outcome: string } | undefined;
}

export async function addAda(): Promise<void> {
  const { db } = await databaseConnection();
  await db.insert(userTable).values({ id: ADA.userId, name: "Ada", email: "ada@example.com" });
}

/** On both databases: locks, connections and times differ. */
export function liveRunsBattery(): void {
  describe("a run of this server", () => {
    beforeAll(async () => {
      process.env["ANTHROPIC_API_KEY"] = "sk-ant-live-runs-0123456789";
      await addAda();
    });

    test("leaves what had come when its server dies: stored meanwhile, shown when the next one starts", async () => {
      const { live, say, end, stored, runId, project, threadId } = await begunRun();
      say(word("Half of "));
      await expect.poll(() => rowOf(runId), SOON).toMatchObject({ outcome: "interrupted" });
      say(word("the answer"));
      await expect.poll(async () => (await rowOf(runId))?.parts[0]?.text, SOON).toBe("Half of the answer");
      expect(await stored()).toHaveLength(1);
      expect((await listThreads(ADA, project.id)).threads).toMatchObject([{ id: threadId, isRunning: true }]);
      // All a killed server leaves is its row, which the next start removes.
      const { query } = await databaseConnection();
      await query("update runs set expires_at = now() - interval '1 second' where run_id = $1", [runId]);
      await settleDeadRunsAtStart();
      expect((await stored())[1]).toMatchObject({
        id: runId,
        parts: [{ type: "text", text: "Half of the answer" }],
        metadata: { outcome: "interrupted", keyProvider: "platform" },
      });
      expect(await joinRun(ADA, threadId, null, AbortSignal.timeout(60_000))).toBeNull();
      // What its request cost at least is recorded; a server that was only thought dead knows it better.
      const used =
        "select id, owner_kind, purpose, round, outcome, cost_source, cost_micro_usd > 0 as is_paid from usage_events where message_id = $1";
      const floor = {
        id: requestIdOf(runId, 0),
        owner_kind: "installation",
        purpose: "chat",
        round: 0,
        outcome: "aborted",
        cost_source: "floor",
        is_paid: true,
      };
      expect((await query(used, [runId])).rows).toEqual([floor]);
      say(word("."));
      end();
      await live.ended;
      expect((await stored())[1]).toMatchObject({ metadata: { outcome: "completed" } });
      expect((await query(used, [runId])).rows).toEqual([{ ...floor, outcome: "completed" }]);
    });

    test("is stored and leaves its thread though what it used cannot be recorded, which is done later", async () => {
      const { say, end, live, stored, runId } = await begunRun();
      const { query } = await databaseConnection();
      await query("alter table usage_events rename to usage_events_away");
      try {
        say(word("Whole"));
        end();
        await live.ended;
        expect((await stored())[1]).toMatchObject({ id: runId, metadata: { outcome: "completed" } });
        expect((await query("select 1 from runs where run_id = $1", [runId])).rows).toEqual([]);
      } finally {
        await query("alter table usage_events_away rename to usage_events");
      }
      const used = () => query("select outcome from usage_events where message_id = $1", [runId]);
      await expect.poll(async () => (await used()).rows, SOON).toEqual([{ outcome: "completed" }]);
    });

    test("keeps its thread, and each of the person's places, until it ends", async () => {
      const { live, project, threadId, end } = await begunRun();
      await expect(begunRun({ project, threadId })).rejects.toMatchObject({ code: "thread_busy" });
      const others = await Promise.all(Array.from({ length: 3 }, () => begunRun()));
      await expect(begunRun()).rejects.toMatchObject({ code: "too_many_runs" });
      for (const run of [{ live, end }, ...others]) {
        run.end();
        // oxlint-disable-next-line no-await-in-loop
        await run.live.ended;
      }
      const next = await begunRun({ project, threadId });
      next.end();
      await next.live.ended;
      expect(await next.stored()).toHaveLength(4);
    });

    test("of which something cannot be written has failed, with what came before", async () => {
      const { live, say, stored } = await begunRun();
      say(word("Half"), { type: "tool-input-available", toolCallId: "c", toolName: "readFile", input: {} });
      say({ type: "tool-output-available", toolCallId: "c", output: 1n });
      await live.ended;
      expect(live.run.failure?.code).toBe("stream_interrupted");
      expect((await stored())[1]).toMatchObject({
        parts: expect.arrayContaining([expect.objectContaining({ type: "text", text: "Half" })]),
        metadata: { outcome: "failed" },
      });
    });

    test("of single letters that do not join lets others have their turn", async () => {
      const { live, say, end } = await begunRun();
      const letters = "abcdefghij".repeat(3_000);
      // Of two texts by turns, or the agent's loop would join them.
      say({ type: "text-start", id: "1" });
      for (const [index, delta] of letters.split("").entries()) {
        say({ type: "text-delta", id: `${index % 2}`, delta });
      }
      end();
      let [turns, isOver] = [0, false];
      const count = () => {
        turns += 1;
        if (!isOver) setImmediate(count);
      };
      setImmediate(count);
      const seen = await read(live);
      isOver = true;
      expect(seen.text).toBe(letters);
      expect(turns).toBeGreaterThan(100);
    });

    test("that writes a file letter by letter costs its viewers few events", async () => {
      const { live, say, end } = await begunRun();
      const input = JSON.stringify({ path: "a.txt", content: "x".repeat(60_000) });
      say({ type: "tool-input-start", toolCallId: "c", toolName: "writeFile" });
      for (const letter of input) say({ type: "tool-input-delta", toolCallId: "c", inputTextDelta: letter });
      say({ type: "tool-input-available", toolCallId: "c", toolName: "writeFile", input: JSON.parse(input) });
      say({ type: "tool-output-available", toolCallId: "c", output: { size: 60_000 } });
      end();
      const seen = await read(live);
      expect(seen.raw).toContain("tool-output-available");
      expect(seen.events).toBeLessThan(2_000);
    });

    test("ends before its server does, or is stopped and stored as interrupted when it may take no longer", async () => {
      const [ends, goesOn] = [await begunRun(), await begunRun({ keepWorking: true })];
      goesOn.say(word("Half"));
      ends.say(word("Whole"));
      const admitted = admitRun(ADA, { payer: "platform" }, LATE_RUN);
      const draining = drainRuns(500);
      ends.end();
      const refused = begunRun();
      // The first was admitted just before, and not seen by whoever waits for what runs.
      const refusals = await Promise.allSettled([admitted, refused]);
      expect(refusals.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
      for (const refusal of refusals) {
        expect(refusal).toMatchObject({
          reason: { code: "unavailable", message: expect.stringContaining("Nothing was sent") },
        });
      }
      await draining;
      expect((await ends.stored())[1]).toMatchObject({ metadata: { outcome: "completed" } });
      expect((await goesOn.stored())[1]).toMatchObject({
        parts: [{ text: "Half" }],
        metadata: { outcome: "interrupted" },
      });
      expect((await read(goesOn.live)).raw).toContain('"outcome":"interrupted"');
      // Nor does it begin to pass on an answer of a server that stays: that would keep it from ending.
      const { query } = await databaseConnection();
      await query(
        `insert into runs (user_id, slot, run_id, project_id, thread_id, server_id, expires_at)
         values ('ada', 9, gen_random_uuid(), $1, $2, gen_random_uuid(), now() + interval '20 seconds')`,
        [ends.project.id, ends.threadId],
      );
      const joined = joinRun(ADA, ends.threadId, null, AbortSignal.timeout(60_000));
      await expect(joined).rejects.toMatchObject({ code: "unavailable" });
    });
  });
}

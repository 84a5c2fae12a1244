import { randomUUID } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { runChannel } from "@/domain/runs/elsewhere/run-channel";
import { closeDatabase } from "@/lib/db/client";
import { agentServer } from "@/mastra/app";
import { chatChunks, restOf, untilChunk } from "../http/support/chat-chunks";
import { sql } from "../http/support/database";
import { newPerson } from "../http/support/new-person";
import { arrivedUpstream, newKey } from "../http/support/stand-in";
import { collectGarbage } from "../support/collect-garbage";
import { type ChatChunk, type HttpPerson, readAnswer, textOf, userMessage } from "../support/http-person";
import { productWith } from "./support/product-with";
import { secondServer } from "./support/second-server";

/* Two servers on one database: an answer of one is watched, stopped and told to go on at the other. */

productWith({ RUN_GRACE_SECONDS: "1" });

type Handle = (request: Request) => Response | Promise<Response>;
const first: Handle = (request) => agentServer.fetch(request);
const closeFirst = closeDatabase;
let second: Awaited<ReturnType<typeof secondServer>>;
let person: HttpPerson;
let projectId: string;
beforeAll(async () => {
  second = await secondServer();
  person = await newPerson();
  projectId = await person.createProject();
});
afterAll(async () => {
  await closeFirst();
  await second.close();
});

/** A call of the agent's API at one of the two servers. */
function call(
  server: Handle,
  [method, path]: [string, string],
  { body, someone = person, signal }: { body?: unknown; someone?: HttpPerson; signal?: AbortSignal } = {},
): Promise<Response> {
  const request = new Request(`${inject("appUrl")}/api/mastra/${path}`, {
    method,
    headers: { authorization: `Bearer ${someone.token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  return Promise.resolve(server(request));
}

const codegen = (project: string, keyProvider: string): [string, string] => [
  "POST",
  `codegen?projectId=${project}&model=claude-haiku-4-5&keyProvider=${keyProvider}`,
];

const join = (server: Handle, threadId: string, someone = person, signal?: AbortSignal) =>
  call(server, ["GET", `threads/${threadId}/stream`], { someone, ...(signal && { signal }) });

/** An answer that does not end by itself, at the first server. */
async function waitingRun(more: { keepWorking?: boolean } = {}) {
  const someone = await newPerson();
  const key = await newKey("stalls");
  await someone.saveKey(key);
  const [ofProject, threadId] = [await someone.createProject(), randomUUID()];
  const hangUp = new AbortController();
  const body = { threadId, parentId: null, message: userMessage("long: 200"), ...more };
  const response = await call(first, codegen(ofProject, "personal"), {
    body,
    someone,
    signal: hangUp.signal,
  });
  const chunks = chatChunks(response);
  await untilChunk(chunks, "text-delta");
  const isAborted = async () => (await arrivedUpstream({ key }))[0]?.aborted;
  const runId = response.headers.get("x-run-id") ?? "";
  return { someone, ofProject, threadId, runId, chunks, hangUp, isAborted };
}

const tell = (news: string) => sql("select pg_notify('orchestral_runs', $1)", [news]);

const chunksLeft = (runId: string) =>
  sql<{ n: number }>("select count(*)::int as n from run_chunks where run_id = $1", [runId]);

describe("an answer of another server", () => {
  test("is watched here from its first word to its last, by several viewers, as it is there", async () => {
    const threadId = randomUUID();
    const body = { threadId, parentId: null, message: userMessage("long: 20000") };
    const response = await call(first, codegen(projectId, "platform"), { body });
    const here = chatChunks(response);
    const seen: ChatChunk[] = [await untilChunk(here, "start")];
    const early = join(second.agent, threadId).then(readAnswer);
    for (let count = 0; count < 60; count += 1) seen.push(await untilChunk(here, "text-delta"));
    const inTheMiddle = await join(second.agent, threadId);
    expect(inTheMiddle.headers.get("x-run-id")).toBe(response.headers.get("x-run-id"));
    await call(first, ["DELETE", `runs/${response.headers.get("x-run-id")}`]);
    const [rest, ...viewers] = await Promise.all([restOf(here), early, readAnswer(inTheMiddle)]);
    const whole = [...seen, ...rest];
    for (const viewer of viewers) {
      expect(viewer.text).toBe(textOf(whole));
      expect(viewer.chunks[0]).toEqual(whole[0]);
      expect(viewer.chunks.at(-1)).toEqual(whole.at(-1));
      expect(viewer.raw).toMatch(/data: \[DONE\]\n\n$/);
    }
    expect((await join(second.agent, threadId)).status).toBe(204);
  });

  test("keeps its thread: of two messages at two servers at once, one is answered", async () => {
    const threadId = randomUUID();
    const messages = [userMessage("long: 6000"), userMessage("long: 6000")];
    const responses = await Promise.all(
      messages.map((message, index) =>
        call(index === 0 ? first : second.agent, codegen(projectId, "platform"), {
          body: { threadId, parentId: null, message },
        }),
      ),
    );
    const answered = responses.findIndex(({ status }) => status === 200);
    expect(responses[1 - answered]?.status).toBe(409);
    expect(await person.messagesOf(projectId, threadId)).toMatchObject([{ id: messages[answered]?.id }]);
    const chunks = chatChunks(responses[answered] as Response);
    const { messageId: runId } = await untilChunk(chunks, "start");
    await call(first, ["DELETE", `runs/${String(runId)}`]);
    expect((await restOf(chunks)).at(-1)).toMatchObject({ messageMetadata: { outcome: "stopped" } });
  });

  test("is stopped from here at once, and what had come is stored when that is answered", async () => {
    const { someone, ofProject, threadId, runId, chunks, isAborted } = await waitingRun();
    const stopped = await call(second.agent, ["DELETE", `runs/${runId}`], { someone });
    expect([stopped.status, await stopped.json()]).toEqual([200, { stopped: true }]);
    const stored = await someone.messagesOf(ofProject, threadId);
    expect(stored[1]).toMatchObject({ id: runId, metadata: { outcome: "stopped" } });
    expect((await restOf(chunks)).at(-1)).toMatchObject({ messageMetadata: { outcome: "stopped" } });
    await expect.poll(isAborted).toBe(true);
    const again = await call(second.agent, ["DELETE", `runs/${runId}`], { someone });
    expect(await again.json()).toEqual({ stopped: false });
  });

  test("goes on while somebody watches it here, and is stopped when they have left too", async () => {
    const { someone, threadId, runId, hangUp, isAborted } = await waitingRun();
    const leave = new AbortController();
    const watching = chatChunks(await join(second.agent, threadId, someone, leave.signal));
    await untilChunk(watching, "text-delta");
    hangUp.abort();
    // Longer than the grace: another run is stopped meanwhile.
    const other = await waitingRun();
    // Nobody reads these answers: their hang-ups are heard all the same.
    await collectGarbage();
    other.hangUp.abort();
    await expect.poll(other.isAborted).toBe(true);
    expect(await isAborted()).toBe(false);
    // Nor does it end with these viewers while a third server has some, which the first hears.
    await expect.poll(() => runChannel().isHearing).toBe(true);
    const third = randomUUID();
    await tell(`watched ${runId} ${third}`);
    leave.abort();
    const next = await waitingRun();
    next.hangUp.abort();
    await expect.poll(next.isAborted).toBe(true);
    expect(await isAborted()).toBe(false);
    await tell(`left ${runId} ${third}`);
    await expect.poll(isAborted).toBe(true);
    // It is stored a moment after its provider's request has ended.
    await expect.poll(() => sql("select 1 from runs where run_id = $1", [runId])).toEqual([]);
  });

  test("is joined here again from its first word while the viewer before is leaving", async () => {
    const { someone, runId } = await waitingRun();
    // As the second server has it, since its modules were loaded last.
    const { followAnswer } = await import("@/domain/runs/elsewhere/follow-answer");
    const leave = new AbortController();
    await untilChunk(chatChunks(new Response(await followAnswer(runId, leave.signal))), "text-delta");
    leave.abort();
    await nextTurn();
    const again = readAnswer(new Response(await followAnswer(runId, new AbortController().signal)));
    await call(second.agent, ["DELETE", `runs/${runId}`], { someone });
    expect((await again).chunks.at(-1)).toMatchObject({ messageMetadata: { outcome: "stopped" } });
  });

  test("that is no longer watched here is passed on to its end all the same, with which it is removed", async () => {
    const { someone, threadId, runId, chunks } = await waitingRun();
    const leave = new AbortController();
    await untilChunk(chatChunks(await join(second.agent, threadId, someone, leave.signal)), "text-delta");
    leave.abort();
    const isWatched = () =>
      sql<{ is: boolean }>(
        "select watched_until > now() + interval '8 seconds' as is from runs where run_id = $1",
        [runId],
      );
    await expect.poll(isWatched).toEqual([{ is: false }]);
    await call(first, ["DELETE", `runs/${runId}`], { someone });
    await restOf(chunks);
    const ends = () => sql("select 1 from run_chunks where run_id = $1 and is_last", [runId]);
    await expect.poll(ends).toHaveLength(1);
  });

  test("is told from here whether to keep working", async () => {
    const { someone, runId, hangUp, isAborted } = await waitingRun({ keepWorking: true });
    hangUp.abort();
    const change = (keepWorking: boolean) =>
      call(second.agent, ["PATCH", `runs/${runId}`], { someone, body: { keepWorking } });
    expect((await change(false)).status).toBe(200);
    await expect.poll(isAborted).toBe(true);
  });

  test("ends at once when its session ends here", async () => {
    const { someone, chunks, isAborted } = await waitingRun();
    await someone.signOut();
    const rest = await restOf(chunks);
    expect(rest.find(({ type }) => type === "data-chat-error")?.data).toMatchObject({ code: "unauthorized" });
    await expect.poll(isAborted).toBe(true);
  });

  test("is stopped from here also while the servers cannot hear each other", async () => {
    const { someone, runId, isAborted } = await waitingRun();
    await sql(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query ilike '%listen %orchestral_runs%' and pid <> pg_backend_pid()",
    );
    const stopped = await call(second.agent, ["DELETE", `runs/${runId}`], { someone });
    expect(await stopped.json()).toEqual({ stopped: true });
    await expect.poll(isAborted).toBe(true);
  });

  test("is nobody else's business", async () => {
    const { someone, threadId, runId } = await waitingRun();
    expect((await join(second.agent, threadId)).status).toBe(404);
    for (const method of ["DELETE", "PATCH"]) {
      const body = method === "PATCH" ? { keepWorking: true } : undefined;
      const answer = await call(second.agent, [method, `runs/${runId}`], { body });
      expect(answer.status).toBe(404);
    }
    await call(second.agent, ["DELETE", `runs/${runId}`], { someone });
  });

  test("of one that was killed is known to be over by what it left", async () => {
    const { someone, ofProject, threadId, runId, chunks } = await waitingRun();
    await call(first, ["DELETE", `runs/${runId}`], { someone });
    await restOf(chunks);
    // All that a killed server leaves.
    await sql("delete from usage_events where message_id = $1", [runId]);
    await sql(
      `insert into runs (user_id, slot, run_id, project_id, thread_id, server_id, has_lock, expires_at)
       select user_id, 1, $1, id, $2, gen_random_uuid(), true, now() + interval '10 minutes' from projects where id = $3`,
      [runId, threadId, ofProject],
    );
    for (const server of [second.agent, first]) {
      const stopped = await call(server, ["DELETE", `runs/${runId}`], { someone });
      expect([stopped.status, await stopped.json()]).toEqual([200, { stopped: false }]);
    }
    expect((await call(first, ["DELETE", `runs/${runId}`])).status).toBe(404);
  });

  test("that has ended, or whose server died, is not joined here, and ends at once for who has just joined", async () => {
    const [threadId, ended] = [randomUUID(), randomUUID()];
    const { id: userId } = (await person.call("GET", "/api/auth/get-session")).body.user;
    const add = (runId: string, hasLock: boolean) =>
      sql(
        `insert into runs (user_id, slot, run_id, project_id, thread_id, server_id, has_lock, expires_at)
         values ($1, 9, $2, $3, $4, gen_random_uuid(), $5, now() + interval '10 minutes')`,
        [userId, runId, projectId, threadId, hasLock],
      );
    await add(randomUUID(), true);
    expect((await join(second.agent, threadId)).status).toBe(204);
    await add(ended, false);
    const joined = await join(second.agent, threadId);
    expect(joined.headers.get("x-run-id")).toBe(ended);
    await sql("delete from runs where run_id = $1", [ended]);
    expect((await readAnswer(joined)).chunks).toEqual([]);
  });

  test("of one that died ends for its viewers here, reads as interrupted, and is not for nothing", async () => {
    const { someone, ofProject, threadId, runId } = await waitingRun();
    const viewer = join(second.agent, threadId, someone).then(readAnswer);
    await expect.poll(async () => (await chunksLeft(runId))[0]?.n).toBeGreaterThan(0);
    const saved = () => sql("select 1 from messages where id = $1", [runId]);
    await expect.poll(saved).toHaveLength(1);
    // As Postgres sees it when its server was killed.
    await sql("update runs set has_lock = true, server_id = gen_random_uuid() where run_id = $1", [runId]);
    const { text, chunks } = await viewer;
    expect(text).toMatch(/^a wo/);
    expect(chunks.map(({ type }) => type)).not.toContain("finish");
    expect((await someone.messagesOf(ofProject, threadId))[1]?.metadata).toMatchObject({
      outcome: "interrupted",
    });
    const used = "select cost_source, cost_micro_usd > 0 as is_paid from usage_events where message_id = $1";
    await expect.poll(() => sql(used, [runId])).toEqual([{ cost_source: "floor", is_paid: true }]);
    expect(await sql("select 1 from runs where run_id = $1", [runId])).toEqual([]);
  });
});

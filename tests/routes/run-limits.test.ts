import { randomUUID } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { sql } from "../http/support/database";
import { newPerson } from "../http/support/new-person";
import { countUses, forgetUses, usesCounted } from "../http/support/rate-limits";
import { arrivedUpstream, newKey } from "../http/support/stand-in";
import type { HttpPerson } from "../support/http-person";
import { productWith } from "./support/product-with";

/** What everybody has who sets nothing. */
const [RUNS_PER_PERSON, PLATFORM_MESSAGES_PER_MINUTE] = [4, 20];
productWith({ RUNS_PER_PERSON: "", PLATFORM_MESSAGES_PER_MINUTE: "", RUNS_PER_SERVER: "12" });

let person: HttpPerson;
let projectId: string;
beforeAll(async () => {
  person = await newPerson();
  projectId = await person.createProject();
});

/** A person whose key never gets to the end of an answer. */
async function someoneWhoWaits() {
  const waiting = await newPerson();
  const key = await newKey("stalls");
  await waiting.saveKey(key);
  const project = await waiting.createProject();
  const hangUp = new AbortController();
  const send = (more: { threadId?: string }) =>
    waiting.send({
      projectId: project,
      keyProvider: "personal",
      text: "say: hello",
      signal: hangUp.signal,
      ...more,
    });
  /** Reads on, as a browser does, until it hangs up. */
  const begin = async (more: { threadId?: string } = {}) => {
    const response = await send(more);
    if (response.ok) response.text().catch(() => undefined);
    return response;
  };
  const threads = async () => (await waiting.call("GET", `/api/v1/projects/${project}/threads`)).body.threads;
  return { waiting, key, hangUp, begin, threads };
}

test("of fifty messages of one person at once, four are answered, and the others never reach a provider", async () => {
  const { waiting, key, hangUp, begin } = await someoneWhoWaits();
  const responses = await Promise.all(Array.from({ length: 50 }, () => begin()));
  const refused = responses.filter(({ status }) => status === 429);
  expect(refused).toHaveLength(50 - RUNS_PER_PERSON);
  expect(refused[0]?.headers.get("retry-after")).toBe("5");
  expect(await refused[0]?.json()).toMatchObject({
    code: "too_many_runs",
    error: expect.stringMatching(/^4 of your messages are being answered.* stop one\.$/),
    action: "retry",
  });
  await expect.poll(async () => (await arrivedUpstream({ key })).length).toBe(RUNS_PER_PERSON);
  // Somebody else is not concerned.
  expect((await person.chat({ projectId, text: "say: hello" })).text).toBe("hello");
  // Whoever hangs up has the places again.
  hangUp.abort();
  const slotsOf = () => sql("select slot from runs where user_id = $1", [waiting.userId]);
  await expect.poll(slotsOf).toEqual([]);
});

test("runs on another server count, and those of a server that died do not count for ever", async () => {
  const someone = await newPerson();
  const project = await someone.createProject();
  const elsewhere = (secondsLeft: number) =>
    sql(
      `insert into runs (user_id, slot, run_id, expires_at)
       select $1, n, gen_random_uuid(), now() + make_interval(secs => $3) from generate_series(1, $2::int) n
       on conflict (user_id, slot) do update set expires_at = excluded.expires_at`,
      [someone.userId, RUNS_PER_PERSON, secondsLeft],
    );
  await elsewhere(60);
  const send = () => someone.chat({ projectId: project, threadId: randomUUID(), text: "say: hello" });
  expect(await send()).toMatchObject({ status: 429, error: { code: "too_many_runs" } });
  // Nothing of a refused message is kept.
  expect((await someone.call("GET", `/api/v1/projects/${project}/threads`)).body.threads).toEqual([]);
  expect(await usesCounted("platform-message", someone.userId)).toBe(0);
  await elsewhere(-1);
  expect(await send()).toMatchObject({ status: 200, text: "hello" });
});

test("a server answers only so many messages at once, whoever sends them, and stores no others", async () => {
  const people = await Promise.all(Array.from({ length: 4 }, someoneWhoWaits));
  const responses = await Promise.all(
    people.flatMap(({ begin }) => Array.from({ length: 4 }, () => begin({ threadId: randomUUID() }))),
  );
  const refused = responses.filter(({ status }) => status === 429);
  expect(refused).toHaveLength(4);
  expect(await refused[0]?.json()).toMatchObject({
    code: "too_many_runs",
    error: expect.stringContaining("This server"),
  });
  const stored = await Promise.all(people.map(({ threads }) => threads()));
  expect(stored.flat()).toHaveLength(12);
  const runIds = responses.map(({ headers }) => headers.get("x-run-id"));
  for (const [index, runId] of runIds.entries())
    if (runId) await people[Math.floor(index / 4)]?.waiting.stopRun(runId);
  await expect.poll(async () => (await person.chat({ projectId, text: "say: again" })).status).toBe(200);
});

test("messages on the platform key are limited each minute; a key of one's own is not", async () => {
  const someone = await newPerson();
  const project = await someone.createProject();
  await countUses("platform-message", someone.userId, PLATFORM_MESSAGES_PER_MINUTE - 2);
  const texts = Array.from({ length: 4 }, () => `say: ${randomUUID()}`);
  const answers = await Promise.all(texts.map((text) => someone.chat({ projectId: project, text })));
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused).toHaveLength(2);
  expect(refused[0]?.error).toMatchObject({
    code: "rate_limited",
    error: expect.stringMatching(
      /platform key.*Choose a key of your own.*Try again in \d+ (seconds|minutes)\.$/,
    ),
  });
  const sent = await Promise.all(texts.map((text) => arrivedUpstream({ text })));
  expect(sent.flat()).toHaveLength(2);
  const response = await someone.send({ projectId: project });
  expect(response.status).toBe(429);
  expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  await someone.saveKey(await newKey());
  expect(await someone.chat({ projectId: project, keyProvider: "personal" })).toMatchObject({
    text: "hello",
  });
  await forgetUses("platform-message", someone.userId);
  expect(await someone.chat({ projectId: project })).toMatchObject({ status: 200, text: "hello" });
});

test("an answer that is not read ends all the same, and leaves its place to the next", async () => {
  const someone = await newPerson();
  const project = await someone.createProject();
  const unread = await Promise.all(
    Array.from({ length: RUNS_PER_PERSON }, () => someone.send({ projectId: project, text: "say: hello" })),
  );
  const runs = () => sql("select 1 from runs where user_id = $1", [someone.userId]);
  await expect.poll(runs).toEqual([]);
  expect(await someone.chat({ projectId: project, text: "say: next" })).toMatchObject({ text: "next" });
  expect(await unread[0]?.text()).toContain("[DONE]");
});

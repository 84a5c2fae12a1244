import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import type { ThreadMessage } from "@/contracts/threads";
import { beginningOf } from "@/domain/runs/run-rows";
import { chatChunks, restOf, untilChunk } from "../http/support/chat-chunks";
import { sql, whileProjectIsLocked } from "../http/support/database";
import { newPerson } from "../http/support/new-person";
import { arrivedUpstream, newKey } from "../http/support/stand-in";
import { type ChatChunk, type HttpPerson, readAnswer, textOf, userMessage } from "../support/http-person";
import { productWith } from "./support/product-with";

/* Runs belong to the server: they go on without their request, and are joined and stopped by others. */

productWith({ RUN_GRACE_SECONDS: "1" });

let person: HttpPerson;
let projectId: string;
beforeAll(async () => {
  person = await newPerson();
  projectId = await person.createProject();
});

/** A person whose key sends the beginning of an answer, and nothing more. */
async function someoneWhoWaits() {
  const waiting = await newPerson();
  const key = await newKey("stalls");
  await waiting.saveKey(key);
  const project = await waiting.createProject();
  const threadId = randomUUID();
  /** @returns once the answer has begun */
  const begin = async (more: { keepWorking?: boolean; signal?: AbortSignal } = {}) => {
    const question = userMessage("long: 200");
    const response = await waiting.send({
      projectId: project,
      threadId,
      keyProvider: "personal",
      messages: [question],
      ...more,
    });
    const chunks = chatChunks(response);
    await untilChunk(chunks, "text-delta");
    return { runId: response.headers.get("x-run-id") ?? "", chunks, question };
  };
  const stored = () => waiting.messagesOf(project, threadId);
  return { person: waiting, key, projectId: project, threadId, begin, stored };
}

const outcomeOf = (message: ThreadMessage | undefined) => message?.metadata?.["outcome"];

/** The texts of a provider request, in order. */
async function sentTexts(text: string): Promise<string[]> {
  const body = (await arrivedUpstream({ text })).at(-1)?.body as {
    messages: { content: { text?: string }[] }[];
  };
  const texts = body.messages.flatMap(({ content }) => content.map((each) => each.text ?? ""));
  return texts.filter((each) => !each.startsWith("<context>"));
}

describe("an answer that is being written", () => {
  test("is joined by any number of viewers, each from its first word to its last, without a gap or a word twice", async () => {
    const threadId = randomUUID();
    const response = await person.send({ projectId, threadId, text: "long: 20000" });
    const runId = response.headers.get("x-run-id");
    const atFirst = person.join(threadId).then(readAnswer);
    const chunks = chatChunks(response);
    const seen = [await untilChunk(chunks, "start")];
    expect(seen[0]).toMatchObject({ messageId: runId });
    for (let count = 0; count < 40; count += 1) seen.push(await untilChunk(chunks, "text-delta"));
    const inTheMiddle = await person.join(threadId);
    expect(inTheMiddle.headers.get("x-run-id")).toBe(runId);
    while (textOf(seen).split(" ").length < 500) seen.push(await untilChunk(chunks, "text-delta"));
    expect(await person.stopRun(runId)).toBe(true);
    const [all, middle, first] = await Promise.all([restOf(chunks), readAnswer(inTheMiddle), atFirst]);
    const whole = textOf([...seen, ...all]);
    expect([first.text, middle.text]).toEqual([whole, whole]);
    for (const viewer of [first, middle]) {
      expect(viewer.chunks[0]).toEqual(seen[0]);
      expect(viewer.chunks.at(-1)).toMatchObject({
        type: "finish",
        messageMetadata: { outcome: "stopped" },
      });
      expect(viewer.raw.match(/^data: \[DONE\]$/gm)).toHaveLength(1);
    }
    const stored = (await person.messagesOf(projectId, threadId))[1];
    expect(stored).toMatchObject({ id: runId, metadata: { outcome: "stopped" } });
    expect(stored?.parts.find(({ type }) => type === "text")).toMatchObject({ text: whole });
    // It is over.
    expect((await person.join(threadId)).status).toBe(204);
  });

  test("is not listed before it ends, and its thread says that it runs", async () => {
    const { person: someone, projectId: ofProject, begin, stored } = await someoneWhoWaits();
    const isRunning = async () =>
      (await someone.call("GET", `/api/v1/projects/${ofProject}/threads`)).body.threads[0].isRunning;
    const { runId, question } = await begin();
    expect((await stored()).map(({ id }) => id)).toEqual([question.id]);
    expect(await isRunning()).toBe(true);
    // What has come is stored meanwhile, for a server that dies.
    const row = () => sql<{ metadata: unknown }>("select metadata from messages where id = $1", [runId]);
    await expect.poll(row).toMatchObject([{ metadata: { outcome: "interrupted" } }]);
    expect((await stored()).map(({ id }) => id)).toEqual([question.id]);
    expect(await someone.stopRun(runId)).toBe(true);
    expect((await stored()).map(({ id }) => id)).toEqual([question.id, runId]);
    expect(outcomeOf((await stored())[1])).toBe("stopped");
    expect(await isRunning()).toBe(false);
  });

  test("refuses a second message in its thread: nothing of it is stored, sent or counted", async () => {
    const { person: someone, projectId: ofProject, threadId, begin, stored } = await someoneWhoWaits();
    const { runId, question } = await begin();
    const second = userMessage(`say: ${randomUUID()}`);
    const response = await someone.send({ projectId: ofProject, threadId, messages: [second] });
    expect(response.status).toBe(409);
    expect(response.headers.get("x-run-id")).toBe(runId);
    expect(response.headers.get("x-run-question")).toBe(question.id);
    expect(await response.json()).toEqual({
      code: "thread_busy",
      error: "An answer is being written in this thread. Wait or stop it.",
    });
    expect(await arrivedUpstream({ text: second.parts[0]?.text ?? "" })).toEqual([]);
    await someone.stopRun(runId);
    expect((await stored()).map(({ id }) => id)).toEqual([question.id, runId]);
    // The thread is free as soon as the stop was answered.
    const messages = [...(await stored()), second];
    expect((await someone.chat({ projectId: ofProject, threadId, messages })).status).toBe(200);
  });

  test("leaves its thread free at the very moment its end is seen", async () => {
    const threadId = randomUUID();
    let parentId: string | null = null;
    for (const word of ["one", "two", "three", "four"]) {
      const message = userMessage(`say: ${word}`);
      const response: Response = await person.send({ projectId, threadId, question: { parentId, message } });
      const chunks = chatChunks(response);
      await untilChunk(chunks, "finish");
      parentId = response.headers.get("x-run-id");
    }
    expect((await person.messagesOf(projectId, threadId)).length).toBe(8);
  });
});

describe("stopping", () => {
  test("aborts the provider's request, keeps what had come, and ends the stream of every viewer", async () => {
    const { person: someone, key, threadId, begin, stored } = await someoneWhoWaits();
    const { runId, chunks } = await begin();
    const viewer = readAnswer(await someone.join(threadId));
    expect(await someone.stopRun(runId)).toBe(true);
    await expect.poll(async () => (await arrivedUpstream({ key })).at(-1)).toMatchObject({ aborted: true });
    for (const seen of [await restOf(chunks), (await viewer).chunks])
      expect(seen.at(-1)).toMatchObject({ type: "finish", messageMetadata: { outcome: "stopped" } });
    const answer = (await stored())[1];
    expect(answer?.parts.find(({ type }) => type === "text")).toMatchObject({
      text: expect.stringMatching(/^a wo/),
    });
    expect(await someone.stopRun(runId)).toBe(false);
  });

  test("while a tool works ends the answer without waiting for it, and nothing more is sent", async () => {
    const ofProject = await person.createProject();
    const word = randomUUID();
    const text = `tool: writeFile ${JSON.stringify({ path: "a.txt", content: word })}`;
    await whileProjectIsLocked(ofProject, async () => {
      const response = await person.send({ projectId: ofProject, text });
      const chunks = chatChunks(response);
      await untilChunk(chunks, "tool-input-available");
      expect(await person.stopRun(response.headers.get("x-run-id"))).toBe(true);
      expect((await restOf(chunks)).at(-1)).toMatchObject({ messageMetadata: { outcome: "stopped" } });
    });
    // The tool call in progress ends; a whole message later there was no further request.
    await person.chat({ projectId: ofProject, text: "say: a whole message later" });
    expect(await arrivedUpstream({ text: word })).toHaveLength(1);
  });

  test("before the first word stops too", async () => {
    const someone = await newPerson();
    const key = await newKey("never-answers");
    await someone.saveKey(key);
    const ofProject = await someone.createProject();
    const response = await someone.send({ projectId: ofProject, keyProvider: "personal" });
    await expect.poll(async () => (await arrivedUpstream({ key })).length).toBe(1);
    expect(await someone.stopRun(response.headers.get("x-run-id"))).toBe(true);
    const { chunks } = await readAnswer(response);
    expect(chunks.map(({ type }) => type)).toEqual(["start", "finish"]);
    await expect.poll(async () => (await arrivedUpstream({ key }))[0]).toMatchObject({ aborted: true });
  });
});

describe("when nobody watches any more", () => {
  test("the run is stopped after a while, and what had come is kept", async () => {
    const { begin, stored, key } = await someoneWhoWaits();
    const hangUp = new AbortController();
    await begin({ signal: hangUp.signal });
    hangUp.abort();
    await expect.poll(async () => outcomeOf((await stored())[1])).toBe("stopped");
    expect((await arrivedUpstream({ key }))[0]).toMatchObject({ aborted: true });
  });

  test("somebody who comes back in time keeps it going", async () => {
    const { begin, stored, person: someone, threadId } = await someoneWhoWaits();
    const hangUp = new AbortController();
    const { runId } = await begin({ signal: hangUp.signal });
    const back = chatChunks(await someone.join(threadId));
    hangUp.abort();
    await untilChunk(back, "text-delta");
    // Longer than the grace: another run is stopped meanwhile.
    const other = await someoneWhoWaits();
    const leave = new AbortController();
    await other.begin({ signal: leave.signal });
    leave.abort();
    await expect.poll(async () => outcomeOf((await other.stored())[1])).toBe("stopped");
    expect(await stored()).toHaveLength(1);
    expect(await someone.stopRun(runId)).toBe(true);
  });

  test("a run that was told to keep working goes on, until it is told otherwise", async () => {
    const { begin, stored, person: someone } = await someoneWhoWaits();
    const hangUp = new AbortController();
    const { runId } = await begin({ signal: hangUp.signal, keepWorking: true });
    hangUp.abort();
    const other = await someoneWhoWaits();
    const leave = new AbortController();
    await other.begin({ signal: leave.signal });
    leave.abort();
    await expect.poll(async () => outcomeOf((await other.stored())[1])).toBe("stopped");
    expect(await stored()).toHaveLength(1);
    const changed = await someone.agent("PATCH", `runs/${runId}`, { body: { keepWorking: false } });
    expect([changed.status, await changed.json()]).toEqual([200, { keepWorking: false }]);
    await expect.poll(async () => outcomeOf((await stored())[1])).toBe("stopped");
    const ended = await someone.agent("PATCH", `runs/${runId}`, { body: { keepWorking: true } });
    expect(ended.status).toBe(404);
  });

  test("a run whose answer is kept nowhere is stopped at once", async () => {
    const someone = await newPerson();
    const key = await newKey("stalls");
    await someone.saveKey(key);
    const hangUp = new AbortController();
    const response = await someone.send({
      projectId: await someone.createProject(),
      keyProvider: "personal",
      text: "long: 200",
      keepWorking: true,
      signal: hangUp.signal,
    });
    await untilChunk(chatChunks(response), "text-delta");
    // Nor is it told to later.
    const runId = response.headers.get("x-run-id");
    await someone.agent("PATCH", `runs/${runId}`, { body: { keepWorking: true } });
    hangUp.abort();
    await expect.poll(async () => (await arrivedUpstream({ key }))[0]).toMatchObject({ aborted: true });
  });
});

describe("a viewer", () => {
  test("who comes while the question is being stored waits for the answer", async () => {
    const [threadId, ofProject] = [randomUUID(), await person.createProject()];
    const responses: Promise<Response>[] = [];
    await whileProjectIsLocked(ofProject, async () => {
      responses.push(person.send({ projectId: ofProject, threadId, text: "say: waited for" }));
      const isBeginning = () => beginningOf({ userId: person.userId }, threadId) !== undefined;
      await expect.poll(isBeginning).toBe(true);
      responses.push(person.join(threadId));
      // Its own look at the database is done by then.
      await person.call("GET", "/api/v1/projects");
    });
    const answers = await Promise.all(responses.map((response) => response.then(readAnswer)));
    expect(answers.map(({ text }) => text)).toEqual(["waited for", "waited for"]);
  });

  test("whose session ends reads no further, and the run of another session goes on", async () => {
    const { person: someone, threadId, chunks, runId } = await beingWatched();
    const elsewhere = await someone.onAnotherDevice();
    const viewer = chatChunks(await elsewhere.join(threadId));
    await untilChunk(viewer, "text-delta");
    await elsewhere.signOut();
    await expect(restOf(viewer)).rejects.toThrow("the reader is gone");
    expect(await someone.stopRun(runId)).toBe(true);
    expect((await restOf(chunks)).at(-1)).toMatchObject({ messageMetadata: { outcome: "stopped" } });
  });
});

async function beingWatched() {
  const one = await someoneWhoWaits();
  return { ...one, ...(await one.begin()) };
}

const ask = (threadId: string, parentId: string | null, message: unknown) =>
  person.send({ projectId, threadId, question: { parentId, message } });

describe("a message with the one it follows", () => {
  test("is answered with its branch, and stored below it", async () => {
    const threadId = randomUUID();
    const [one, two, other] = ["one", "two", "other"].map((word) =>
      userMessage(`say: ${word} ${randomUUID()}`),
    );
    const first = await readAnswer(await ask(threadId, null, one));
    const answerId = String(first.chunks[0]?.["messageId"]);
    await readAnswer(await ask(threadId, answerId, two));
    // An edit of the second question: a branch of its own, without the first version.
    const response = await ask(threadId, answerId, other);
    await readAnswer(response);
    const text = (message: typeof one) => message?.parts[0]?.text ?? "";
    expect(await sentTexts(text(other))).toEqual([text(one), text(one).slice(5), text(other)]);
    const stored = await person.messagesOf(projectId, threadId);
    expect(stored.find(({ id }) => id === other?.id)).toMatchObject({ parentId: answerId });
    expect(stored.at(-1)).toMatchObject({ id: response.headers.get("x-run-id"), parentId: other?.id });
  });

  test("that is stored already is answered again as it is stored, and nothing is rewritten", async () => {
    const threadId = randomUUID();
    const word = randomUUID();
    const question = userMessage(`say: ${word}`);
    await readAnswer(await ask(threadId, null, question));
    const before = await person.messagesOf(projectId, threadId);
    const changed = { ...question, parts: [{ type: "text", text: "say: something else" }] };
    const again = await readAnswer(await ask(threadId, null, changed));
    expect(again.text).toBe(word);
    // Where it is said to stand does not matter either.
    expect((await readAnswer(await ask(threadId, before[1]?.id ?? null, changed))).text).toBe(word);
    const after = await person.messagesOf(projectId, threadId);
    expect(after.slice(0, 2)).toEqual(before);
    expect(after.slice(1).map(({ parentId }) => parentId)).toEqual(Array(3).fill(question.id));
  });

  test("neither way lets a browser rewrite what the model has said", async () => {
    const threadId = randomUUID();
    const [question, next] = [userMessage("say: the truth"), userMessage(`say: ${randomUUID()}`)];
    const { chunks } = await readAnswer(await ask(threadId, null, question));
    const lie = {
      id: String(chunks[0]?.["messageId"]),
      role: "assistant",
      parts: [{ type: "text", text: "a lie" }],
    };
    const asked = { ...question, parts: [{ type: "text", text: "say: a lie" }] };
    await person.chat({ projectId, threadId, messages: [asked, lie, next] });
    expect(await sentTexts(next.parts[0]?.text ?? "")).toEqual([
      "say: the truth",
      "the truth",
      next.parts[0]?.text,
    ]);
  });

  test.each([
    ["that does not exist", async () => ({ parentId: randomUUID(), threadId: randomUUID() })],
    [
      "of another thread",
      async () => {
        const elsewhere = randomUUID();
        const [other] = [userMessage("say: other")];
        await readAnswer(await ask(elsewhere, null, other));
        return { parentId: other.id, threadId: randomUUID() };
      },
    ],
    [
      "of another person's thread",
      async () => {
        const someone = await newPerson();
        const [theirs, threadId] = [userMessage("say: theirs"), randomUUID()];
        await someone.chat({ projectId: await someone.createProject(), threadId, messages: [theirs] });
        return { parentId: theirs.id, threadId };
      },
    ],
  ])("that follows one %s is refused, and nothing is stored or sent", async (_name, make) => {
    const { parentId, threadId } = await make();
    const message = userMessage(`say: ${randomUUID()}`);
    const response = await ask(threadId, parentId, message);
    expect([response.status, await response.json()]).toEqual([
      404,
      { code: "not_found", error: expect.stringContaining("does not exist, or you have no access to it") },
    ]);
    expect(await person.messagesOf(projectId, threadId)).toEqual([]);
    expect(await arrivedUpstream({ text: message.parts[0]?.text ?? "" })).toEqual([]);
    expect(await sql("select 1 from runs where thread_id = $1", [threadId])).toEqual([]);
  });

  test("in a thread of many thousand messages is answered with all of them, by reading no more than its branch", async () => {
    const [threadId, length] = [randomUUID(), 6000];
    await sql("insert into threads (id, project_id, title) values ($1, $2, 'Long')", [threadId, projectId]);
    await sql(
      `insert into messages (thread_id, id, parent_id, role, parts)
       select $1, 'm' || n, case when n > 1 then 'm' || (n - 1) end, case when n % 2 = 1 then 'user' else 'assistant' end,
         jsonb_build_array(jsonb_build_object('type', 'text', 'text', 'w' || n)) from generate_series(1, $2::int) n`,
      [threadId, length],
    );
    // Another branch, which is none of its business.
    await sql(
      `insert into messages (thread_id, id, parent_id, role, parts) values ($1, 'x', 'm6', 'user', '[{"type":"text","text":"other"}]')`,
      [threadId],
    );
    const message = userMessage(`say: ${randomUUID()}`);
    const answer = await readAnswer(await ask(threadId, `m${length}`, message));
    expect(answer.error).toBeNull();
    const texts = await sentTexts(message.parts[0]?.text ?? "");
    expect(texts).toEqual([...Array.from({ length }, (_, index) => `w${index + 1}`), message.parts[0]?.text]);
  });
});

describe("somebody else's run", () => {
  let hers: Awaited<ReturnType<typeof someoneWhoWaits>>;
  let runId: string;
  let chunks: AsyncGenerator<ChatChunk>;
  beforeAll(async () => {
    hers = await someoneWhoWaits();
    ({ runId, chunks } = await hers.begin());
  });

  test.each<[name: string, method: string, path: () => [theirs: string, missing: string], body?: unknown]>([
    ["is not joined", "GET", () => [`threads/${hers.threadId}/stream`, `threads/${randomUUID()}/stream`]],
    [
      "is not joined by its project either",
      "GET",
      () => [
        `threads/${hers.threadId}/stream?projectId=${hers.projectId}`,
        `threads/${randomUUID()}/stream?projectId=${randomUUID()}`,
      ],
    ],
    ["is not stopped", "DELETE", () => [`runs/${runId}`, `runs/${randomUUID()}`]],
    ["is not changed", "PATCH", () => [`runs/${runId}`, `runs/${randomUUID()}`], { keepWorking: true }],
  ])("%s, and answers like one that does not exist", async (_name, method, path, body) => {
    const [theirs, missing] = await Promise.all(
      path().map(async (each) => {
        const response = await person.agent(method, each, body ? { body } : {});
        return [response.status, await response.json()];
      }),
    );
    expect(theirs).toEqual(missing);
    expect(theirs?.[0]).toBe(404);
    expect(await sql("select keep_working, stop_requested from runs where run_id = $1", [runId])).toEqual([
      { keep_working: false, stop_requested: false },
    ]);
  });

  test("that has ended is as unknown as before", async () => {
    expect(await hers.person.stopRun(runId)).toBe(true);
    await restOf(chunks);
    expect(await person.stopRun(runId)).toBe(404);
    expect(await hers.person.stopRun(runId)).toBe(false);
  });

  test.each(["1", "%00", "' or '1'='1", "x".repeat(3000)])("ids that are none: %s", async (id) => {
    for (const [method, path] of [
      ["GET", `threads/${encodeURIComponent(id)}/stream`],
      ["GET", `threads/${randomUUID()}/stream?projectId=${encodeURIComponent(id)}`],
      ["DELETE", `runs/${encodeURIComponent(id)}`],
    ] as const)
      expect((await person.agent(method, path)).status).toBe(404);
  });
});

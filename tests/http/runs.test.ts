import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { startAppServer } from "../support/app-server";
import { seedDataDir } from "../support/embedded-template";
import { type HttpPerson, readAnswer, textOf, userMessage } from "../support/http-person";
import { chatChunks, untilChunk } from "./support/chat-chunks";
import { emptyDatabase } from "./support/database";
import { newInstallation, personOf, type Settings, SOON } from "./support/installation";

/* What becomes of an answer when its server ends. Runs are tested without a server (tests/routes). */

const folder = mkdtempSync(path.join(tmpdir(), "orchestral-runs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const places: Record<string, () => Promise<Settings>> = {
  Postgres: async () =>
    newInstallation({ DATABASE_URL: await emptyDatabase(), DATA_DIR: path.join(folder, "p") }),
  "the embedded database": async () => {
    const dataDir = path.join(folder, "e");
    await seedDataDir(dataDir);
    return newInstallation({ DATA_DIR: dataDir });
  },
};

/** An answer that goes on for a while, with what has been seen of it. */
async function begun(person: HttpPerson, text: string) {
  const [projectId, threadId] = [await person.createProject(), randomUUID()];
  const question = { parentId: null, message: userMessage(text) };
  const response = await person.send({ projectId, threadId, question });
  const chunks = chatChunks(response);
  const seen = [];
  while (textOf(seen).length < 200) seen.push(await untilChunk(chunks, "text-delta"));
  return {
    projectId,
    threadId,
    question,
    chunks,
    runId: response.headers.get("x-run-id"),
    seen: textOf(seen),
  };
}

const outcomeOf = (message: { metadata: unknown } | undefined) =>
  (message?.metadata as { outcome?: string } | null)?.outcome;

describe.each(Object.keys(places))("a server on %s", (place) => {
  test("that is killed leaves what had come, as interrupted; asked to end, it lets answers end", async () => {
    const settings = (await places[place]?.()) ?? {};
    const first = await startAppServer(settings);
    const person = await personOf(settings, first.url);
    const killed = await begun(person, "long: 20000");
    const row = () => person.messagesOf(killed.projectId, killed.threadId);
    const changedAt = async () =>
      (await person.call("GET", `/api/v1/projects/${killed.projectId}/threads`)).body.threads[0].updatedAt;
    // What had come by then is stored: that changes its thread.
    const before = await changedAt();
    await expect.poll(changedAt, SOON).not.toBe(before);
    await first.kill();
    await expect(readAnswerOf(killed.chunks)).rejects.toThrow("terminated");

    // Time enough for the answer on whatever machine.
    const second = await startAppServer(
      { ...settings, APP_URL: first.url, DRAIN_SECONDS: "240" },
      { port: Number(new URL(first.url).port) },
    );
    const [question, answer] = await row();
    expect(question?.id).toBe(killed.question.message.id);
    expect([answer?.id, outcomeOf(answer)]).toEqual([killed.runId, "interrupted"]);
    const kept = answer?.parts.find(({ type }) => type === "text")?.["text"];
    expect(kept).toEqual(expect.stringContaining(killed.seen.slice(0, 100)));
    expect((await person.join(killed.threadId)).status).toBe(204);
    // The thread is free, and the conversation goes on below what had come.
    const next = { parentId: answer?.id ?? null, message: userMessage("say: on") };
    const went = await person.chat({
      projectId: killed.projectId,
      threadId: killed.threadId,
      question: next,
    });
    expect(went).toMatchObject({ status: 200, text: "on" });

    const asked = await begun(person, "long: 3000");
    const { threads } = (await person.call("GET", `/api/v1/projects/${asked.projectId}/threads`)).body;
    expect(threads).toMatchObject([{ id: asked.threadId, isRunning: true }]);
    const stopping = second.stop();
    const rest = await readAnswerOf(asked.chunks);
    expect(rest.at(-1)).toMatchObject({ type: "finish", messageMetadata: { outcome: "completed" } });
    await stopping;

    const third = await startAppServer(
      { ...settings, APP_URL: first.url, DRAIN_SECONDS: "0" },
      { port: Number(new URL(first.url).port) },
    );
    const messages = await person.messagesOf(asked.projectId, asked.threadId);
    expect(outcomeOf(messages[1])).toBe("completed");
    // One that may take no longer is stopped, and stored as interrupted.
    const cut = await begun(person, "long: 20000");
    const ended = third.stop();
    expect((await readAnswerOf(cut.chunks)).at(-1)).toMatchObject({
      messageMetadata: { outcome: "interrupted" },
    });
    await ended;
    const fourth = await startAppServer(
      { ...settings, APP_URL: first.url },
      { port: Number(new URL(first.url).port) },
    );
    const [, last] = await person.messagesOf(cut.projectId, cut.threadId);
    expect(outcomeOf(last)).toBe("interrupted");
    await fourth.stop();
  }, 300_000);
});

async function readAnswerOf(chunks: ReturnType<typeof chatChunks>) {
  const rest = [];
  for await (const chunk of chunks) rest.push(chunk);
  return rest;
}

test("two servers on one database: an answer of one is watched and stopped at the other", async () => {
  const settings = newInstallation({ DATABASE_URL: await emptyDatabase() });
  const left = await startAppServer(settings);
  const right = await startAppServer({ ...settings, APP_URL: left.url });
  const person = await personOf(settings, left.url);
  const { threadId, projectId, runId, seen, chunks } = await begun(person, "long: 20000");
  const there = person.at(right.url);
  const watching = await there.join(threadId);
  expect([watching.status, watching.headers.get("x-run-id")]).toEqual([200, runId]);
  const viewer = readAnswer(watching);
  expect(await there.stopRun(runId)).toBe(true);
  expect((await readAnswerOf(chunks)).at(-1)).toMatchObject({ messageMetadata: { outcome: "stopped" } });
  const { text, chunks: watched } = await viewer;
  expect(text.startsWith(seen)).toBe(true);
  expect(watched.at(-1)).toMatchObject({ messageMetadata: { outcome: "stopped" } });
  const [, answer] = await there.messagesOf(projectId, threadId);
  expect(outcomeOf(answer)).toBe("stopped");
  // A killed one ends for its viewers elsewhere.
  const lost = await begun(person, "long: 20000");
  const elsewhere = readAnswer(await there.join(lost.threadId));
  await expect.poll(async () => (await there.messagesOf(lost.projectId, lost.threadId)).length, SOON).toBe(1);
  await left.kill();
  const ended = await elsewhere;
  expect(ended.chunks.map(({ type }) => type)).not.toContain("finish");
  await right.stop();
}, 300_000);

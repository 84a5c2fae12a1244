import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { chatErrorSchema } from "@/contracts/chat";
import type { ErrorCode } from "@/contracts/error";
import type { ThreadMessage } from "@/contracts/threads";
import type { KeyBehaviour } from "../../demo/stand-in/key-behaviours";
import { type AppServer, startAppServer } from "../support/app-server";
import { type HttpPerson, userMessage } from "../support/http-person";
import { chatChunks, restOf, untilChunk } from "./support/chat-chunks";
import { sql, whileProjectIsLocked } from "./support/database";
import { newPerson } from "./support/new-person";
import { arrivedUpstream, newKey, standIn } from "./support/stand-in";

/* Behaviour that needs a real browser connection. Runs are tested without a server (tests/routes). */

/** What follows an answer follows at once; a busy machine may be slow. */
const SOON = { timeout: 60_000, interval: 20 };

let person: HttpPerson;
let projectId: string;
let key: string;
beforeAll(async () => {
  person = await newPerson();
  projectId = await person.createProject();
  key = await newKey();
  await person.saveKey(key);
});

const usageOf = (messageId: string) =>
  sql<{ outcome: string } & Record<string, unknown>>("select * from usage_events where message_id = $1", [
    messageId,
  ]);

const filesOf = async (ofProject: string) =>
  (await person.call("GET", `/api/v1/projects/${ofProject}/files`)).body.files as { path: string }[];

describe("a person who disconnects", () => {
  test("stops the provider request at once; what had arrived is kept, as a stopped answer", async () => {
    const threadId = randomUUID();
    const hangUp = new AbortController();
    const question = userMessage("long: 5000");
    const chunks = chatChunks(
      await person.send({
        projectId,
        threadId,
        messages: [question],
        keyProvider: "personal",
        signal: hangUp.signal,
      }),
    );
    const start = await untilChunk(chunks, "start");
    await untilChunk(chunks, "text-delta");
    hangUp.abort();
    await expect(restOf(chunks)).rejects.toThrow("aborted");

    await expect
      .poll(async () => (await arrivedUpstream({ key })).at(-1), SOON)
      .toMatchObject({ aborted: true, lastUserText: "long: 5000" });

    await expect
      .poll(() => usageOf(String(start["messageId"])))
      .toMatchObject([{ outcome: "aborted", error_code: null }]);
    const stored = await person.messagesOf(projectId, threadId);
    expect(stored.map(({ role }) => role)).toEqual(["user", "assistant"]);
    const text = stored[1]?.parts.find(({ type }) => type === "text")?.["text"];
    expect(text).toMatch(/^a wo/);
    expect(stored[1]?.metadata).toMatchObject({ outcome: "stopped" });
    expect(stored[1]?.parts.some(({ type }) => type === "data-chat-error")).toBe(false);

    const messages = [question, stored[1] as ThreadMessage, userMessage("say: back again")];
    const answer = await person.chat({ projectId, threadId, messages, keyProvider: "personal" });
    expect(answer).toMatchObject({ text: "back again", error: null });
  });

  test("before the first word, the same", async () => {
    const waiting = await newKey("never-answers");
    const someone = await newPerson();
    await someone.saveKey(waiting);
    const ofProject = await someone.createProject();
    const hangUp = new AbortController();
    const answer = someone.send({
      projectId: ofProject,
      threadId: randomUUID(),
      keyProvider: "personal",
      signal: hangUp.signal,
    });
    const arrived = async () => (await arrivedUpstream({ key: waiting }))[0];
    await expect.poll(arrived, SOON).toMatchObject({ endedAtMs: null });
    hangUp.abort();
    // Its headers leave at once, so that it can be stopped before its first word.
    await expect(answer.then((response) => response.text())).rejects.toThrow("aborted");
    await expect.poll(arrived, SOON).toMatchObject({ aborted: true });
    const usage = () => sql("select * from usage_events where user_id = $1", [someone.userId]);
    await expect.poll(usage, SOON).toMatchObject([{ outcome: "aborted", error_code: null }]);
  });

  test("in the middle of the agent's work: no further call is made", async () => {
    const ofProject = await person.createProject();
    const word = randomUUID();
    const text = `tool: writeFile ${JSON.stringify({ path: "a.txt", content: word })}`;
    const hangUp = new AbortController();
    await whileProjectIsLocked(ofProject, async () => {
      const chunks = chatChunks(await person.send({ projectId: ofProject, text, signal: hangUp.signal }));
      const start = await untilChunk(chunks, "start");
      await untilChunk(chunks, "tool-input-available");
      hangUp.abort();
      await expect(restOf(chunks)).rejects.toThrow("aborted");
      await expect
        .poll(() => usageOf(String(start["messageId"])), SOON)
        // The request was answered; what was stopped is what came of it.
        .toMatchObject([{ outcome: "completed" }]);
    });
    // The tool call in progress ends; then no further request is sent.
    await expect.poll(() => filesOf(ofProject), SOON).toMatchObject([{ path: "a.txt" }]);
    await person.chat({ projectId: ofProject, text: "say: a whole message later" });
    expect(await arrivedUpstream({ text: word })).toHaveLength(1);
  });
});

describe("each kind of failure reaches the browser as one error that stays on its message", () => {
  const platformKey = `sk-ant-api03-${randomBytes(69).toString("base64url")}AAA`;
  let server: AppServer;
  beforeAll(async () => {
    await standIn.setKey(platformKey, "invalid-echoing-key");
    server = await startAppServer({
      ...inject("productEnvironment"),
      ANTHROPIC_API_KEY: platformKey,
      PROVIDER_TIMEOUT_SECONDS: "4",
    });
  });
  afterAll(() => server?.stop());

  test.concurrent.for<[kind: string, behaviour: KeyBehaviour, code: ErrorCode, partial: boolean]>([
    [
      "refused before the stream, with the key in the refusal",
      "invalid-echoing-key",
      "provider_key_invalid",
      false,
    ],
    ["an error inside the stream", "mid-stream-error", "provider_overloaded", true],
    ["a stream that cannot be read", "broken-stream", "provider_bad_response", true],
    ["a connection that breaks", "hangs-up", "stream_interrupted", true],
    ["no answer in time", "never-answers", "provider_timeout", false],
    ["no further piece in time", "stalls", "provider_timeout", true],
  ])("%s", async ([, behaviour, code, partial], { expect }) => {
    const [someone, failing] = [await newPerson({ url: server.url }), await newKey(behaviour)];
    await someone.saveKey(failing);
    const [ofProject, threadId] = [await someone.createProject(), randomUUID()];
    const answer = await someone.chat({
      projectId: ofProject,
      threadId,
      text: "long: 100",
      keyProvider: "personal",
    });
    expect(answer.status).toBe(200);
    const errors = answer.chunks.filter(({ type }) => type === "data-chat-error");
    const [error, ...more] = errors.map(({ data }) => chatErrorSchema.parse(data));
    expect([error?.code, more]).toEqual([code, []]);
    expect(answer.chunks.filter(({ type }) => type === "error")).toMatchObject([
      { errorText: error?.message },
    ]);
    expect(answer.text.length > 0).toBe(partial);
    expect(answer.raw).not.toContain(failing.slice(20, 32));
    expect(await arrivedUpstream({ key: failing })).toHaveLength(1);
    const [, failed] = await someone.messagesOf(ofProject, threadId);
    expect(failed?.parts.filter(({ type }) => type === "data-chat-error")).toMatchObject([{ data: error }]);
  });

  test("of the platform's key: reported as the server's problem, and no personal key is used instead", async () => {
    const [someone, own] = [await newPerson({ url: server.url }), await newKey()];
    await someone.saveKey(own);
    const ofProject = await someone.createProject();
    const answer = await someone.chat({ projectId: ofProject, text: "say: hello", keyProvider: "platform" });
    expect(answer.error).toMatchObject({
      code: "provider_key_invalid",
      message: expect.stringMatching(/does not accept this server's platform key/),
    });
    expect(answer.raw).not.toContain(platformKey.slice(20, 32));
    expect(await arrivedUpstream({ key: own })).toEqual([]);
  });
});

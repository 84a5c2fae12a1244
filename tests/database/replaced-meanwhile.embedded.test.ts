import { afterAll, beforeAll, expect, test } from "vitest";
import type { Actor } from "@/domain/identity/actor";
import { testOwnKey } from "@/domain/keys/health/test-key";
import { listKeys } from "@/domain/keys/list-keys";
import { listLiveModels } from "@/domain/keys/model-choices/list-live-models";
import { switchToPreviousSecret } from "@/domain/keys/previous-secret";
import { addStoredKey } from "@/domain/keys/sources/stored/add-stored-key";
import { replaceStoredKey } from "@/domain/keys/sources/stored/replace-stored-key";
import { createProject } from "@/domain/projects/create-project";
import { providerById } from "@/domain/providers/registry";
import { auth } from "@/lib/auth/auth";
import { database } from "@/lib/db/client";
import { usageEventsTable } from "@/lib/db/schema";
import { answerCodegenRequest } from "@/mastra/routes/codegen";
import { chatCompletionChunk } from "../wire-fixtures/chat-completion-chunk";
import { type ReplayServer, replay, startReplayServer } from "../wire-fixtures/replay-server";
import { useDatabase } from "./use-database";

useDatabase("embedded");

const FIRST = "sk-replaced-meanwhile-0123456789-one1";
const SECOND = "sk-replaced-meanwhile-0123456789-two2";

let provider: ReplayServer;
let ada: Actor;
let token = "";
let keyId = "";

type Answer = ReturnType<typeof replay>;

beforeAll(async () => {
  provider = await startReplayServer();
  const { origin } = new URL(provider.connect(providerById("openai")).baseUrl);
  Object.assign(process.env, { OPENAI_BASE_URL: origin, ANTHROPIC_BASE_URL: origin });
  const { handler } = await auth();
  const body = JSON.stringify({
    name: "Ada",
    email: "ada@example.com",
    password: "correct horse battery staple",
  });
  const url = `${process.env["APP_URL"]}/api/auth`;
  const headers = { "content-type": "application/json", origin: process.env["APP_URL"] ?? "" };
  const signedUp = await handler(new Request(`${url}/sign-up/email`, { method: "POST", body, headers }));
  const cookie = signedUp.headers
    .getSetCookie()
    .map((each) => each.split(";")[0])
    .join("; ");
  ada = { userId: (await signedUp.json()).user.id };
  token = (await (await handler(new Request(`${url}/token`, { headers: { cookie } }))).json()).token;
});
afterAll(() => provider.close());

async function newKey(name: "openai" | "anthropic"): Promise<void> {
  keyId = await addStoredKey(ada, { provider: name, apiKey: FIRST, label: "" });
}

/** Replaces the key's secret before this is answered. */
function onceReplaced(answer: Answer): Answer {
  return (request, response) => {
    replaceStoredKey(ada, keyId, { apiKey: SECOND, keepPreviousHours: 1 }).then(
      () => answer(request, response),
      () => response.destroy(),
    );
  };
}

/** One answer after the other. */
function inTurn(...answers: Answer[]): Answer {
  return (request, response) => answers.shift()?.(request, response);
}

const sentKeys = (header: string) => provider.arrived.map(({ headers }) => headers[header]);
const keyNow = async () => (await listKeys(ada)).find(({ id }) => id === keyId);

async function recordedLast4(): Promise<{ last4: string | null }[]> {
  const db = await database();
  return db
    .select({ last4: usageEventsTable.keyLast4 })
    .from(usageEventsTable)
    .orderBy(usageEventsTable.round);
}

/** A page of Anthropic's list. */
function page(id: string, more: boolean): Answer {
  return replay(200, { data: [{ id }], has_more: more, last_id: id });
}

function stream(...chunks: unknown[]): Answer {
  const body = [...chunks.map((chunk) => JSON.stringify(chunk)), "[DONE]"];
  return replay(200, body.map((data) => `data: ${data}\n\n`).join(""), {
    "content-type": "text/event-stream",
  });
}

test("a key that is replaced between two requests of a message: receipt and health are of the secret that was sent last, the record of each request of its own", async () => {
  await newKey("openai");
  const project = await createProject(ada, { name: "Shop" });
  const call = {
    index: 0,
    id: "call_1",
    type: "function",
    function: { name: "listFiles", arguments: "{}" },
  };
  provider.answer(
    inTurn(
      onceReplaced(
        stream(
          chatCompletionChunk({ role: "assistant", tool_calls: [call] }),
          chatCompletionChunk({}, "tool_calls"),
        ),
      ),
      stream(
        chatCompletionChunk({ role: "assistant", content: "No files." }),
        chatCompletionChunk({}, "stop"),
      ),
    ),
  );
  const query = new URLSearchParams({
    projectId: project.id,
    keyProvider: "personal",
    aiProvider: "openai",
    model: "gpt-6-luna",
    keyId,
  });
  const answer = await answerCodegenRequest(
    new Request(`http://127.0.0.1/?${query}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({
        messages: [{ id: "m1", role: "user", parts: [{ type: "text", text: "Which files?" }] }],
      }),
    }),
  );
  const chunks = (await answer.text())
    .split("\n\n")
    .filter((line) => line.startsWith("data: {"))
    .map((line) => JSON.parse(line.slice("data: ".length)));
  expect(sentKeys("authorization")).toEqual([`Bearer ${FIRST}`, `Bearer ${SECOND}`]);
  expect(chunks.findLast(({ type }) => type === "finish")?.messageMetadata).toMatchObject({
    keyId,
    keyLast4: "two2",
  });
  // The end of the stream is recorded a moment after it was read.
  await expect.poll(async () => (await keyNow())?.health?.outcome).toBe("ok");
  // Each request was paid with the one it was sent with.
  await expect.poll(recordedLast4).toEqual([{ last4: "one1" }, { last4: "two2" }]);
});

test("a key that is replaced while it is tested: what the last request found is noted of the secret that was sent", async () => {
  await newKey("openai");
  const notAllowed = replay(403, {
    error: { message: "Missing scopes: api.model.read", type: "invalid_request_error", code: null },
  });
  const noMessages = replay(400, {
    error: { message: "[] is too short - 'messages'", type: "invalid_request_error", code: null },
  });
  provider.answer(inTurn(onceReplaced(notAllowed), noMessages));
  expect(await testOwnKey(ada, keyId)).toMatchObject({ outcome: "ok" });
  expect(sentKeys("authorization")).toEqual([`Bearer ${FIRST}`, `Bearer ${SECOND}`, `Bearer ${SECOND}`]);
  expect(await keyNow()).toMatchObject({ last4: "two2", health: { outcome: "ok" } });
});

test("a list that was read with two secrets is not kept for the first one", async () => {
  await newKey("anthropic");
  provider.answer(
    inTurn(onceReplaced(page("claude-of-the-first", true)), page("claude-of-the-second", false)),
  );
  expect((await listLiveModels(ada, keyId)).source).toBe("live");
  expect(sentKeys("x-api-key")).toEqual([FIRST, SECOND]);
  await switchToPreviousSecret(ada, keyId);
  provider.answer(page("claude-of-the-first", false));
  const { models } = await listLiveModels(ada, keyId);
  expect(sentKeys("x-api-key")).toEqual([FIRST]);
  expect(models.map(({ id }) => id)).not.toContain("claude-of-the-second");
});

test("a list that breaks off in the middle is shown as one that could not be read", async () => {
  await newKey("openai");
  provider.answer((_request, response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
    response.write('{"data":', () => response.destroy());
  });
  expect(await listLiveModels(ada, keyId)).toMatchObject({
    listProblem: expect.stringContaining("could not be read"),
  });
});

import { randomUUID } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { cleanTitle } from "@/domain/runs/suggest-title";
import { sql } from "../http/support/database";
import { newPerson } from "../http/support/new-person";
import { arrivedUpstream, newKey, standIn } from "../http/support/stand-in";
import type { HttpPerson } from "../support/http-person";

let person: HttpPerson;
let projectId: string;
let key: string;
beforeAll(async () => {
  person = await newPerson();
  projectId = await person.createProject();
  key = await newKey();
  await person.saveKey(key);
});

const suggest = (threadId: string) =>
  person.call("POST", `/api/v1/projects/${projectId}/threads/${threadId}/title-suggestion`);

async function threadPaidBy(keyProvider: "personal" | "platform"): Promise<string> {
  const threadId = randomUUID();
  await person.chat({ projectId, threadId, keyProvider, text: "say: hello" });
  return threadId;
}

test("a title is one request with the key of the last answer, recorded like a message, and changes nothing", async () => {
  const threadId = await threadPaidBy("personal");
  const before = (await arrivedUpstream({ key })).length;
  const threads = await person.call("GET", `/api/v1/projects/${projectId}/threads`);
  const { status, body } = await suggest(threadId);
  expect({ status, body }).toMatchObject({
    status: 200,
    body: {
      title: expect.stringMatching(/\S/),
      metadata: {
        keyProvider: "personal",
        keyLast4: key.slice(-4),
        usage: { outputTokens: expect.any(Number) },
      },
    },
  });
  expect(await arrivedUpstream({ key })).toHaveLength(before + 1);
  expect((await person.call("GET", `/api/v1/projects/${projectId}/threads`)).text).toBe(threads.text);
  expect(await person.messagesOf(projectId, threadId)).toHaveLength(2);
  const records = await sql(
    "select key_provider, outcome, requests from usage_events where user_id = $1 order by at desc limit 1",
    [person.userId],
  );
  expect(records).toEqual([{ key_provider: "personal", outcome: "completed", requests: 1 }]);
});

test("without the key that paid, nothing is asked and nobody else pays", async () => {
  const threadId = await threadPaidBy("personal");
  await person.call("DELETE", "/api/v1/user/ai-keys?provider=anthropic");
  const records = () => sql("select 1 from usage_events where user_id = $1", [person.userId]);
  const before = await records();
  expect(await suggest(threadId)).toMatchObject({ status: 400, body: { code: "personal_key_missing" } });
  expect(await records()).toEqual(before);
  key = await newKey();
  await person.saveKey(key);
});

test("what the provider refuses is said, and counted", async () => {
  const threadId = await threadPaidBy("personal");
  await standIn.setKey(key, "no-credit");
  const { status, body } = await suggest(threadId);
  expect({ status, body }).toMatchObject({
    status: 503,
    body: { code: "unavailable", error: expect.stringMatching(/credit/) },
  });
  // An error within the stream, after some of a title.
  await standIn.setKey(key, "mid-stream-error");
  const broken = await suggest(threadId);
  expect(broken).toMatchObject({ status: 503, body: { error: expect.stringMatching(/overloaded/i) } });
  const outcomes = "select outcome from usage_events where user_id = $1 order by at desc limit 2";
  expect(await sql(outcomes, [person.userId])).toEqual([{ outcome: "failed" }, { outcome: "failed" }]);
  await standIn.setKey(key, "answers");
});

test("what a model thought, perhaps with another account's key, is not part of the question", async () => {
  const threadId = randomUUID();
  await person.chat({ projectId, threadId, keyProvider: "personal", text: "think: all done" });
  const [, answer] = await person.messagesOf(projectId, threadId);
  const thinking = answer?.parts.find(({ type }) => type === "reasoning");
  const thought = typeof thinking?.["text"] === "string" ? thinking["text"] : "";
  expect(thought).toMatch(/\S{4}/);
  await suggest(threadId);
  const asked = JSON.stringify((await arrivedUpstream({ key })).at(-1)?.body);
  expect(asked).toContain("all done");
  expect(asked).not.toContain(thought);
});

test("a thread without an answer, and one that is not there", async () => {
  expect(await suggest(randomUUID())).toMatchObject({ status: 404, body: { code: "not_found" } });
  expect(await suggest("nonsense")).toMatchObject({ status: 404, body: { code: "not_found" } });
});

test.each([
  ['"A counter page"', "A counter page"],
  ["# Title\nmore", "Title"],
  ["\n\n**Ein Zähler.**", "Ein Zähler"],
  ["Title: The  plan", "The  plan"],
  ["x".repeat(300), "x".repeat(120)],
  ["a\u202eb", ""],
  ["  \n ", ""],
])("of what a model answers, %j is the title %j", (text, title) => {
  expect(cleanTitle(text)).toBe(title);
});

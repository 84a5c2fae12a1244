import { randomUUID } from "node:crypto";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sql } from "../http/support/database";
import { newPerson } from "../http/support/new-person";
import { newKey } from "../http/support/stand-in";
import { type HttpPerson, readAnswer, userMessage } from "../support/http-person";

/*
 * Each statement of a message is waited for, and costs the server a third of a millisecond. One more of them
 * is a decision to take here. Opening a stored key also leaves a record in memory, which goes to the database
 * with those of other messages, twice a second.
 */

const ACCESS = "who asks, for which project, with which key";
const ADMISSION = "takes the place of a run, and stores the message";
const OPENING = "reads the key, and whether its person may still use it";
const STANDING = "reads whether the person may still act";
const END = "stores the answer and what it used, and leaves the place";

const HOLDING = "holds what the request may take in the limits that count";

const NAMES: readonly (readonly [string, RegExp])[] = [
  [ACCESS, /^select asked\.place.*from unnest/],
  [ADMISSION, /^with taken as .*append_messages/],
  [OPENING, /^with chosen as .*'suspended'.*api_key/],
  [HOLDING, /^select reserve_limits/],
  [STANDING, /^select case .*'suspended'/],
  [END, /^with owner as .*insert into messages.*insert into usage_events.*delete from runs/],
];

/** Sent by the clock: the trail, what has come of a long answer, what other servers ask. */
const BY_THE_CLOCK = [
  /^insert into audit_events/,
  /^with owner as .* select 1 from stored$/,
  /^update "runs" set "expires_at"/,
  /^select "run_id", "stop_requested"/,
  /^listen|pg_notify|pg_advisory_lock_shared/,
];

let statements: string[] = [];
const query = Reflect.get(Client.prototype, "query");

function countedQuery(this: Client, ...given: unknown[]) {
  const [config] = given as [string | { text: string }];
  statements.push((typeof config === "string" ? config : config.text).replaceAll(/\s+/g, " ").trim());
  return Reflect.apply(query, this, given);
}

beforeAll(() => {
  Client.prototype.query = countedQuery;
});
afterAll(() => {
  Client.prototype.query = query;
});

/** The names of the statements that a message costs, to the end of its answer; the text of an unknown one. */
async function statementsOf(person: HttpPerson, message: Parameters<HttpPerson["send"]>[0]) {
  statements = [];
  const response = await person.send(message);
  const answer = await readAnswer(response);
  expect(answer).toMatchObject({ status: 200, text: "hello" });
  const ofMessage = statements.filter((text) => !BY_THE_CLOCK.some((form) => form.test(text)));
  return {
    runId: response.headers.get("x-run-id"),
    names: ofMessage.map((text) => NAMES.find(([, form]) => form.test(text))?.[0] ?? text),
  };
}

test.each([
  ["a key of one's own", "personal", OPENING],
  ["the platform's key", "platform", STANDING],
])(
  "a message with %s costs four statements, the first one of its thread too",
  async (_, keyProvider, opening) => {
    const person = await newPerson();
    await person.saveKey(await newKey());
    const projectId = await person.createProject();
    const message = { projectId, keyProvider };
    // The first of all begins what the server needs. That a key works is noted once a minute.
    await statementsOf(person, message);
    await sql(
      "update user_ai_api_keys set health = 'ok', health_at = now() + interval '1 hour' where user_id = $1",
      [person.userId],
    );

    const threadId = randomUUID();
    const question = (parentId: string | null) => ({
      ...message,
      threadId,
      question: { parentId, message: userMessage("say: hello") },
    });
    const first = await statementsOf(person, question(null));
    expect(first.names).toEqual([ACCESS, ADMISSION, opening, END]);
    const next = await statementsOf(person, question(first.runId));
    expect(next.names).toEqual([ACCESS, ADMISSION, opening, END]);
    const stored = await person.messagesOf(projectId, threadId);
    const whole = [...stored, userMessage("say: hello")];
    const asWhole = await statementsOf(person, { ...message, threadId, messages: whole });
    expect(asWhole.names).toEqual([ACCESS, ADMISSION, opening, END]);
  },
);

test("a message that hard limits count for costs one more, and is settled with its end", async () => {
  const person = await newPerson();
  await person.saveKey(await newKey());
  const projectId = await person.createProject();
  const message = () => ({
    projectId,
    keyProvider: "personal",
    threadId: randomUUID(),
    question: { parentId: null, message: userMessage("say: hello") },
  });
  await statementsOf(person, message());
  await sql(
    "update user_ai_api_keys set health = 'ok', health_at = now() + interval '1 hour' where user_id = $1",
    [person.userId],
  );
  const rules = { measure: "micro_usd", period: "day", amount: 50_000_000 };
  // A soft one is settled with the end, and nothing is held for it.
  const limit = { scope: { kind: "person" }, ...rules, hard: false };
  const made = await person.call("POST", "/api/v1/limits", limit);
  expect((await statementsOf(person, message())).names).toEqual([ACCESS, ADMISSION, OPENING, END]);
  await person.call("PATCH", `/api/v1/limits/${made.body.id}`, { hard: true });
  expect((await statementsOf(person, message())).names).toEqual([ACCESS, ADMISSION, HOLDING, OPENING, END]);
});

import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import type { ThreadMessage } from "@/contracts/threads";
import type { JournalEntry } from "../../demo/stand-in/request-journal";
import { HttpPerson, userMessage } from "../support/http-person";
import { newPerson } from "./support/new-person";
import { arrivedUpstream, newKey } from "./support/stand-in";
import { type Told, toldTo } from "./support/told-to-provider";

/** One way to have a message answered: a provider, one of the person's keys there, a model. */
interface Purse {
  aiProvider: "anthropic" | "openai" | "openrouter";
  model: string;
  label: string;
  key: string;
  keyId: string;
}

let person: HttpPerson;
let projectId: string;
let first: Purse;
let second: Purse;
let openai: Purse;
let openrouter: Purse;

async function purse(aiProvider: Purse["aiProvider"], model: string, label: string): Promise<Purse> {
  const key = await newKey(undefined, aiProvider);
  return { aiProvider, model, label, key, keyId: await person.saveKey(key, { provider: aiProvider, label }) };
}

beforeAll(async () => {
  person = await newPerson();
  projectId = await person.createProject();
  first = await purse("anthropic", "claude-haiku-4-5", "First");
  second = await purse("anthropic", "claude-sonnet-4-5", "Second");
  openai = await purse("openai", "gpt-5-mini", "GPT");
  openrouter = await purse("openrouter", "anthropic/claude-haiku-4.5", "Router");
});

/** What an account at a provider gave and no other may see, in the words of every provider's API. */
const BOUND_TO_AN_ACCOUNT =
  /"(?:thinking|signature|redacted_thinking|cache_control|reasoning|reasoning_content|reasoning_details|previous_response_id|response_id)"/;

interface Leg {
  word: string;
  by: Purse;
}

/** Says one message after the other as a browser does, with the whole stored conversation before each. @returns what is stored at the end */
async function converse(threadId: string, legs: readonly Leg[]): Promise<ThreadMessage[]> {
  let stored: ThreadMessage[] = [];
  for (const { word, by } of legs) {
    const answer = await person.chat({
      projectId,
      threadId,
      messages: [...stored, userMessage(`think: ${word}`)],
      keyProvider: "personal",
      aiProvider: by.aiProvider,
      keyId: by.keyId,
      model: by.model,
    });
    expect({ by: by.label, status: answer.status, error: answer.error }).toEqual({
      by: by.label,
      status: 200,
      error: null,
    });
    expect(answer.text).toContain(word);
    stored = await person.messagesOf(projectId, threadId);
  }
  return stored;
}

/** The request that opened the answer to this word: its last words are the person's. */
async function openingRequest({ word, by }: Leg): Promise<JournalEntry> {
  const arrived = (await arrivedUpstream({ key: by.key })).find(
    (entry) => toldTo(entry).at(-1)?.what === `think: ${word}`,
  );
  if (!arrived) throw new Error(`no request with the key of ${by.label} ends with ${word}`);
  return arrived;
}

/** What any provider has to be told of legs that were answered, and of the question that comes now. */
function wholeHistory(legs: readonly Leg[]): Pick<Told, "who" | "what">[] {
  return legs.flatMap(({ word }, index) => {
    const question = told("person", `think: ${word}`);
    if (index === legs.length - 1) return [question];
    return [
      question,
      told("agent", "Let me look first."),
      told("call", "listFiles {}"),
      told("result", expect.stringContaining("files")),
      told("agent", word),
    ];
  });
}

function told(who: Told["who"], what: string): Pick<Told, "who" | "what"> {
  return { who, what };
}

function legsBy(...purses: Purse[]): Leg[] {
  return purses.map((by) => ({ by, word: randomUUID() }));
}

describe("a conversation with thinking and tool calls that changes key, model and provider, and comes back", () => {
  const orders: [string, () => Leg[]][] = [
    ["out and back", () => legsBy(first, second, openai, openrouter, openai, second, first)],
    ["the other way round", () => legsBy(openrouter, openai, first, openrouter, second, openai, openrouter)],
  ];

  test.each(orders)("%s: each provider is told the whole of it, in its own form", async (_order, legsOf) => {
    const legs = legsOf();
    await converse(randomUUID(), legs);
    for (const [index, leg] of legs.entries()) {
      const arrived = toldTo(await openingRequest(leg));
      expect({ to: leg.by.label, told: arrived.map(({ who, what }) => ({ who, what })) }).toEqual({
        to: leg.by.label,
        told: wholeHistory(legs.slice(0, index + 1)),
      });
    }
  });

  test.each(orders)("%s: nothing that is bound to another account goes with it", async (_order, legsOf) => {
    const legs = legsOf();
    await converse(randomUUID(), legs);
    for (const leg of legs) {
      const { body } = await openingRequest(leg);
      expect(`${leg.by.label}: ${JSON.stringify(body)}`).not.toMatch(BOUND_TO_AN_ACCOUNT);
      for (const { key } of [first, second, openai, openrouter])
        expect(JSON.stringify(body)).not.toContain(key);
    }
  });

  test("each call keeps its answer, under an id that the next provider takes", async () => {
    const legs = legsBy(openrouter, first, openai, second);
    await converse(randomUUID(), legs);
    for (const leg of legs.slice(1)) {
      const arrived = toldTo(await openingRequest(leg));
      const idsOf = (who: Told["who"]) => arrived.flatMap((each) => (each.who === who ? [each.id] : []));
      expect(idsOf("call").length).toBeGreaterThan(0);
      expect(idsOf("result")).toEqual(idsOf("call"));
      expect(new Set(idsOf("call")).size).toBe(idsOf("call").length);
      for (const id of idsOf("call")) expect(id).toMatch(/^[a-zA-Z0-9_-]{1,40}$/);
    }
  });

  test("each message goes out with the chosen key and no other", async () => {
    const legs = legsBy(first, openai, second, openrouter, first);
    await converse(randomUUID(), legs);
    for (const { word, by } of legs) {
      const arrived = (await arrivedUpstream({ text: word })).filter(
        (entry) => toldTo(entry).findLast(({ who }) => who === "person")?.what === `think: ${word}`,
      );
      expect(arrived.map(({ apiKey }) => apiKey)).toEqual([by.key, by.key]);
      expect(new Set(arrived.map(({ provider }) => provider))).toEqual(new Set([by.aiProvider]));
    }
  });
});

describe("what is kept of it", () => {
  test("each answer says whose key paid, at which provider and for which model", async () => {
    const legs = legsBy(first, openai, openrouter, second);
    const stored = await converse(randomUUID(), legs);
    const answers = stored.filter(({ role }) => role === "assistant");
    expect(answers.map(({ metadata }) => metadata)).toMatchObject(
      legs.map(({ by }) => ({
        keyProvider: "personal",
        aiProvider: by.aiProvider,
        model: by.model,
        keyId: by.keyId,
        keyLabel: by.label,
        keyLast4: by.key.slice(-4),
      })),
    );
  });

  test("thinking is kept as text for its reader, without the signature that is valid for one account", async () => {
    const word = randomUUID();
    const stored = await converse(randomUUID(), [{ by: first, word }]);
    const parts = stored.at(-1)?.parts as { type: string; text?: string }[];
    const thought = parts.filter(({ type }) => type === "reasoning").map(({ text }) => text);
    expect(thought.join("")).toContain(`The person wants to hear: ${word}`);
    expect(JSON.stringify(stored)).not.toMatch(/signature|providerMetadata/i);
  });

  test("thinking is streamed to its reader as it comes, and is no part of the answer's text", async () => {
    const word = randomUUID();
    const answer = await person.chat({
      projectId,
      text: `think: ${word}`,
      keyProvider: "personal",
      aiProvider: "anthropic",
      keyId: first.keyId,
    });
    const types = answer.chunks.map(({ type }) => type);
    expect(types.indexOf("reasoning-delta")).toBeGreaterThan(types.indexOf("reasoning-start"));
    expect(types.indexOf("reasoning-delta")).toBeLessThan(types.indexOf("text-delta"));
    expect(answer.text).not.toContain("The person wants to hear");
    expect(answer.raw).not.toContain("signature");
  });
});

/** An answer that looked at the files, with a call of this id. */
function answerWithCall(toolCallId: string) {
  const call = { toolCallId, state: "output-available", input: {}, output: { files: [] } };
  return {
    id: randomUUID(),
    role: "assistant",
    parts: [{ type: "step-start" }, { type: "tool-listFiles", ...call }],
  };
}

test("ids of calls in a form another provider refuses, and the same in two answers, are made into ones it takes", async () => {
  const ids = ["functions.listFiles:0", "functions.listFiles:0", "x".repeat(64)];
  for (const by of [first, openai, openrouter]) {
    const text = `say: ${randomUUID()}`;
    const messages = [...ids.flatMap((id) => [userMessage("look"), answerWithCall(id)]), userMessage(text)];
    const answer = await person.chat({
      projectId,
      messages,
      keyProvider: "personal",
      aiProvider: by.aiProvider,
      keyId: by.keyId,
      model: by.model,
    });
    expect({ by: by.label, status: answer.status, error: answer.error }).toEqual({
      by: by.label,
      status: 200,
      error: null,
    });
    const [request] = await arrivedUpstream({ text });
    if (!request) throw new Error("nothing arrived");
    const arrived = toldTo(request);
    const called = arrived.flatMap(({ who, id }) => (who === "call" ? [id] : []));
    expect(called).toHaveLength(3);
    expect(new Set(called).size).toBe(3);
    for (const id of called) expect(id).toMatch(/^[a-zA-Z0-9_-]{1,40}$/);
    expect(arrived.flatMap(({ who, id }) => (who === "result" ? [id] : []))).toEqual(called);
  }
});

test("a selection that cannot be served in mid-conversation is refused, and sent with no other key", async () => {
  const threadId = randomUUID();
  const stored = await converse(threadId, legsBy(first));
  const text = `say: ${randomUUID()}`;
  const refused = await person.chat({
    projectId,
    threadId,
    messages: [...stored, userMessage(text)],
    keyProvider: "personal",
    aiProvider: "openai",
    keyId: first.keyId,
    model: openai.model,
  });
  expect(refused.status).toBe(400);
  expect(refused.error).toMatchObject({ code: "personal_key_missing" });
  expect(await arrivedUpstream({ text })).toEqual([]);
});

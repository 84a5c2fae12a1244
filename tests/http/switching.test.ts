import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import type { ThreadMessage } from "@/contracts/threads";
import type { JournalEntry } from "../../demo/stand-in/request-journal";
import { HttpPerson, userMessage } from "../support/http-person";
import { newPerson } from "./support/new-person";
import { type SentPart, sentParts } from "./support/sent-to-provider";
import { arrivedUpstream, newKey } from "./support/stand-in";

/** A selection with a saved key: a provider, one of the person's keys there, a model. */
interface SavedSelection {
  aiProvider: "anthropic" | "openai" | "openrouter";
  model: string;
  label: string;
  key: string;
  keyId: string;
}

let person: HttpPerson;
let projectId: string;
let first: SavedSelection;
let second: SavedSelection;
let openai: SavedSelection;
let openrouter: SavedSelection;

async function saveSelection(
  aiProvider: SavedSelection["aiProvider"],
  model: string,
  label: string,
): Promise<SavedSelection> {
  const key = await newKey(undefined, aiProvider);
  return { aiProvider, model, label, key, keyId: await person.saveKey(key, { provider: aiProvider, label }) };
}

beforeAll(async () => {
  person = await newPerson();
  projectId = await person.createProject();
  first = await saveSelection("anthropic", "claude-haiku-4-5", "First");
  second = await saveSelection("anthropic", "claude-sonnet-4-5", "Second");
  openai = await saveSelection("openai", "gpt-5-mini", "GPT");
  openrouter = await saveSelection("openrouter", "anthropic/claude-haiku-4.5", "Router");
});

/** Fields bound to one account, which no other account may receive, in every provider's API. */
const BOUND_TO_AN_ACCOUNT =
  /"(?:thinking|signature|redacted_thinking|reasoning|reasoning_content|reasoning_details|previous_response_id|response_id)"/;

interface Leg {
  word: string;
  by: SavedSelection;
}

/**
 * Sends messages as a browser does, each with the whole stored conversation.
 * @returns the messages stored at the end
 */
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

/** The first request for the answer to this word: its last part is the person's. */
async function openingRequest({ word, by }: Leg): Promise<JournalEntry> {
  const arrived = (await arrivedUpstream({ key: by.key })).find(
    (entry) => sentParts(entry).at(-1)?.what === `think: ${word}`,
  );
  if (!arrived) throw new Error(`no request with the key of ${by.label} ends with ${word}`);
  return arrived;
}

/** What every provider must receive: the legs already answered, and the new question. */
function wholeHistory(legs: readonly Leg[]): Pick<SentPart, "who" | "what">[] {
  return legs.flatMap(({ word }, index) => {
    const question = part("person", `think: ${word}`);
    if (index === legs.length - 1) return [question];
    return [
      question,
      part("agent", "Let me look first."),
      part("call", "listFiles {}"),
      part("result", expect.stringContaining("files")),
      part("agent", word),
    ];
  });
}

function part(who: SentPart["who"], what: string): Pick<SentPart, "who" | "what"> {
  return { who, what };
}

function legsBy(...selections: SavedSelection[]): Leg[] {
  return selections.map((by) => ({ by, word: randomUUID() }));
}

describe("a conversation with thinking and tool calls that changes key, model and provider, and comes back", () => {
  const orders: [string, () => Leg[]][] = [
    ["out and back", () => legsBy(first, second, openai, openrouter, openai, second, first)],
    ["the other way round", () => legsBy(openrouter, openai, first, openrouter, second, openai, openrouter)],
  ];

  test.each(orders)(
    "%s: each provider receives the whole conversation, in its own format",
    async (_order, legsOf) => {
      const legs = legsOf();
      await converse(randomUUID(), legs);
      for (const [index, leg] of legs.entries()) {
        const arrived = sentParts(await openingRequest(leg));
        expect({ to: leg.by.label, parts: arrived.map(({ who, what }) => ({ who, what })) }).toEqual({
          to: leg.by.label,
          parts: wholeHistory(legs.slice(0, index + 1)),
        });
      }
    },
  );

  test.each(orders)("%s: nothing bound to another account is sent", async (_order, legsOf) => {
    const legs = legsOf();
    await converse(randomUUID(), legs);
    for (const leg of legs) {
      const { body } = await openingRequest(leg);
      expect(`${leg.by.label}: ${JSON.stringify(body)}`).not.toMatch(BOUND_TO_AN_ACCOUNT);
      for (const { key } of [first, second, openai, openrouter])
        expect(JSON.stringify(body)).not.toContain(key);
    }
  });

  test("each call keeps its result, under an id that the next provider accepts", async () => {
    const legs = legsBy(openrouter, first, openai, second);
    await converse(randomUUID(), legs);
    for (const leg of legs.slice(1)) {
      const arrived = sentParts(await openingRequest(leg));
      const idsOf = (who: SentPart["who"]) => arrived.flatMap((each) => (each.who === who ? [each.id] : []));
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
        (entry) => sentParts(entry).findLast(({ who }) => who === "person")?.what === `think: ${word}`,
      );
      expect(arrived.map(({ apiKey }) => apiKey)).toEqual([by.key, by.key]);
      expect(new Set(arrived.map(({ provider }) => provider))).toEqual(new Set([by.aiProvider]));
    }
  });
});

describe("what is stored", () => {
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
    const arrived = sentParts(request);
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

import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import type { ChatMessage } from "@/components/project-chat/chat-message";
import { toolCallOf, toolCallSummary } from "@/components/project-chat/tool-call-summary";
import type { ThreadMessage } from "@/contracts/threads";
import { newPerson } from "../http/support/new-person";
import { KEYS, summaryOf } from "../http/support/provider-keys";
import { type ChatAnswer, type ChatChunk, type HttpPerson, userMessage } from "../support/http-person";
import { newProviderKey } from "../support/new-provider-key";
import { historyOf } from "./history-of";
import type { Afterwards, ExpectedRequest, ExpectedTurn, WireCase } from "./wire-case";
import type { ArrivedChat, WireProvider } from "./wire-provider";

/** What follows an answer follows at once; a busy machine may be slow. */
const SOON = { timeout: 20_000, interval: 20 };

/** A case in progress: a person with a key of its family, and what the provider saw. */
interface Play {
  readonly person: HttpPerson;
  readonly wireCase: WireCase;
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly chats: readonly ArrivedChat[];
}

/** Plays a case through the product. @throws an assertion that says what differs */
export async function playWireCase(wireCase: WireCase, provider: WireProvider): Promise<void> {
  const apiKey = newProviderKey(wireCase.family);
  const chats = provider.play(apiKey, wireCase);
  const baseUrl = `${provider.url}${wireCase.address ?? "/v1"}`;
  const play = { person: await newPerson(), wireCase, apiKey, baseUrl, chats };
  switch (wireCase.do) {
    case "test-key":
      expect(await testedOutcome(play)).toBe(wireCase.expect.outcome);
      return;
    case "list-models":
      return listModels(play);
    case "use-address":
      return useAddress(play);
    case undefined:
      return chat(play);
  }
}

function saveKey({ person, wireCase: { family }, apiKey, baseUrl }: Play): Promise<string> {
  return person.saveKey(apiKey, {
    provider: family,
    ...(family === "openai-compatible" ? { baseUrl, label: "Some server" } : {}),
  });
}

async function testedOutcome(play: Play): Promise<string> {
  return (await testOf(play)).outcome;
}

async function testOf({ person, wireCase: { family }, apiKey, baseUrl }: Play) {
  const address = family === "openai-compatible" ? { baseUrl } : {};
  const answer = await person.call("POST", `${KEYS}/test`, { provider: family, apiKey, ...address });
  expect(answer).toMatchObject({ status: 200 });
  return answer.body.result as { outcome: string; sentence: string };
}

function ask(
  { person, wireCase: { family } }: Play,
  more: Partial<Parameters<HttpPerson["chat"]>[0]> & { projectId: string; keyId: string },
): Promise<ChatAnswer> {
  const model = family === "anthropic" ? "claude-haiku-4-5" : "some-model";
  return person.chat({ keyProvider: "personal", aiProvider: family, model, ...more });
}

async function listModels(play: Play): Promise<void> {
  const { person, wireCase } = play;
  const { listed, notListed = [], prices = {}, keyTest, usable } = wireCase.expect;
  const keyId = await saveKey(play);
  const { group } = (await person.call("GET", `${KEYS}/${keyId}/models`)).body;
  expect(group).toMatchObject({ source: "live" });
  const found = new Map<string, unknown>(
    group.models.map(({ id, price }: { id: string; price: unknown }) => [id, price]),
  );
  expect([...found.keys()]).toEqual(expect.arrayContaining(listed ?? []));
  expect([...found.keys()].filter((id) => notListed.includes(id))).toEqual([]);
  for (const [id, price] of Object.entries(prices)) {
    if (price === null) expect({ id, price: found.get(id) }).toEqual({ id, price: null });
    else expect({ id, price: found.get(id) }).toMatchObject({ id, price });
  }
  if (keyTest) {
    const tested = await person.call("POST", `${KEYS}/${keyId}/test`);
    expect(tested.body.result.outcome).toBe(keyTest);
  }
  if (!usable) return;
  const projectId = await person.createProject();
  const answers = await Promise.all((listed ?? []).map((model) => ask(play, { projectId, keyId, model })));
  expect(answers.map(({ text }) => text)).toEqual((listed ?? []).map(() => "fine"));
}

async function useAddress(play: Play): Promise<void> {
  const { person, apiKey, baseUrl } = play;
  const saved = await person.call("POST", KEYS, {
    provider: "openai-compatible",
    apiKey,
    baseUrl,
    label: "X",
  });
  if (saved.status !== 200) {
    expect(saved.body).toMatchObject({
      code: "endpoint_refused",
      error: expect.stringMatching(/address/i),
      proposedAddress: expect.stringMatching(new RegExp(`${play.wireCase.serves}$`)),
    });
    return;
  }
  const projectId = await person.createProject();
  const answer = await ask(play, { projectId, keyId: saved.body.id });
  const tested = await testOf(play);
  const seen = { text: answer.text, outcome: tested.outcome };
  if (answer.text !== "" || tested.outcome === "ok") {
    expect(seen).toEqual({ text: "fine", outcome: "ok" });
    return;
  }
  expect({ chat: answer.error?.message, test: tested.sentence }).toEqual({
    chat: expect.stringMatching(/address/i),
    test: expect.stringMatching(/address/i),
  });
}

async function chat(play: Play): Promise<void> {
  const { person, wireCase, chats } = play;
  const { turns = [], requests = {}, keyHealth, oneOf, ...afterwards } = wireCase.expect;
  const keyId = await saveKey(play);
  const projectId = await person.createProject();
  const threadId = randomUUID();
  let stored: ThreadMessage[] = [];
  for (const [index, text] of wireCase.messages.entries()) {
    const before = chats.length;
    const began = performance.now();
    const answer = await ask(play, { projectId, keyId, threadId, messages: [...stored, userMessage(text)] });
    const turn = { answer, requests: chats.length - before, ms: performance.now() - began };
    checkTurn(turn, turns[index] ?? {});
    if (answer.status === 200) stored = await storedConversation(person, projectId, threadId, index + 1);
  }
  for (const [number, expected] of Object.entries(requests))
    checkRequest(chats[Number(number) - 1], expected);
  if (keyHealth) {
    await expect.poll(async () => (await summaryOf(person, keyId)).health?.outcome, SOON).toBe(keyHealth);
  }
  const after = { files: await filesOf(person, projectId), page: pageOf(stored) };
  checkAfterwards(after, afterwards);
  if (oneOf)
    checkOneOf(
      after,
      oneOf.filter((each) => typeof each === "object"),
    );
}

/** The thread; an answer is stored before its end is seen. */
async function storedConversation(person: HttpPerson, projectId: string, threadId: string, turns: number) {
  const messages = await person.messagesOf(projectId, threadId);
  const answers = messages.filter(({ role, metadata }) => role === "assistant" && metadata?.["outcome"]);
  expect(answers).toHaveLength(turns);
  return messages;
}

/** Codes that are the wrong word for an answer that was cut off by a limit. */
const NOT_ABOUT_LIMITS = ["stream_interrupted", "provider_bad_response"];
const TOLD = { cut: /cut|limit|length|not (whole|complete)/i, steps: /steps?|rounds?/i };

function checkTurn(
  { answer, requests, ms }: { answer: ChatAnswer; requests: number; ms: number },
  expected: ExpectedTurn,
): void {
  const { chunks } = answer;
  if (expected.text !== undefined) expect(answer.text).toBe(expected.text);
  if (expected.thinking !== undefined) {
    const thoughts = chunks.filter(({ type }) => type === "reasoning-delta");
    expect(thoughts.map(({ delta }) => delta ?? "").join("")).toBe(expected.thinking);
  }
  if (expected.error !== undefined) {
    const code: unknown = answer.error?.code ?? null;
    if (Array.isArray(expected.error)) expect(expected.error).toContain(code);
    else expect(code).toBe(expected.error);
  }
  if (expected.told) {
    const notes = chunks.flatMap(({ type, data }) => (type.startsWith("data-") && data ? [data] : []));
    expect(notes).toContainEqual(
      expect.objectContaining({ message: expect.stringMatching(TOLD[expected.told]) }),
    );
    expect(notes.filter(({ code }) => !code || NOT_ABOUT_LIMITS.includes(code))).toEqual([]);
  }
  if (expected.requests !== undefined) expectWithin(requests, expected.requests);
  if (expected.withinMs !== undefined) expect(ms).toBeLessThan(expected.withinMs);
  if (expected.calls) checkCalls(callsOf(chunks), expected.calls);
  const metadata = metadataOf(chunks);
  for (const field of ["usage", "cost"] as const) {
    const wanted = expected[field];
    if (wanted === null) expect(metadata).not.toHaveProperty(field);
    else if (wanted) expect(metadata[field]).toMatchObject(wanted);
  }
  if (expected.retryInSeconds !== undefined) {
    const seconds = (Date.parse(String(answer.error?.retryAt)) - Date.now()) / 1000;
    expectWithin(seconds, expected.retryInSeconds);
  }
}

function expectWithin(value: number, range: number | [number, number]): void {
  const [from, to] = typeof range === "number" ? [range, range] : range;
  expect(value).toBeGreaterThanOrEqual(from);
  expect(value).toBeLessThanOrEqual(to);
}

function metadataOf(chunks: readonly ChatChunk[]): Record<string, unknown> {
  return Object.assign({}, ...chunks.map(({ messageMetadata }) => messageMetadata ?? {}));
}

interface SeenCall {
  tool: unknown;
  input: unknown;
  result: "ok" | "failed" | null;
  said: string;
}

/** The calls of an answer in their order. An id may come again in a later round. */
function callsOf(chunks: readonly ChatChunk[]): SeenCall[] {
  const calls: SeenCall[] = [];
  const byId = new Map<unknown, SeenCall>();
  for (const chunk of chunks) {
    const { type, toolCallId } = chunk;
    if (type === "tool-input-available" || type === "tool-input-error") {
      const failed = type === "tool-input-error";
      const call: SeenCall = {
        tool: chunk["toolName"],
        input: chunk["input"],
        result: failed ? "failed" : null,
        said: failed ? String(chunk["errorText"]) : "",
      };
      calls.push(call);
      byId.set(toolCallId, call);
    }
    const call = byId.get(toolCallId);
    if (call && type === "tool-output-error")
      Object.assign(call, { result: "failed", said: String(chunk["errorText"]) });
    if (call && type === "tool-output-available") {
      const { output } = chunk;
      const isFailure = typeof output === "object" && output !== null && "error" in output;
      Object.assign(call, { result: isFailure ? "failed" : "ok", said: JSON.stringify(output) });
    }
  }
  return calls;
}

function checkCalls(seen: readonly SeenCall[], expected: NonNullable<ExpectedTurn["calls"]>): void {
  expect(seen.map(({ tool }) => tool)).toEqual(expected.map(({ tool }) => tool));
  for (const [index, { input, result, says }] of expected.entries()) {
    const call = seen[index];
    if (input) expect(call?.input).toMatchObject(input);
    if (result) expect(call).toMatchObject({ result });
    if (says) expect(call?.said).toContain(says);
  }
}

function checkRequest(arrived: ArrivedChat | undefined, expected: ExpectedRequest): void {
  if (!arrived) throw new Error("the request was not sent");
  const { messages, calls, results } = historyOf(arrived.body);
  if (expected.toolCalls !== undefined) expect(calls).toHaveLength(expected.toolCalls);
  for (const [index, fields] of (expected.toolArguments ?? []).entries())
    expect(calls[index]?.args).toMatchObject(fields);
  for (const [index, pattern] of (expected.toolResultsMatch ?? []).entries())
    expect(results[index]?.text).toMatch(new RegExp(pattern));
  if (expected.argumentsAreObjects) {
    expect(calls.filter(({ args }) => !isRecord(args))).toEqual([]);
    for (const [index, { callIds }] of messages.entries())
      expect(resultsAfter(messages, index)).toEqual(expect.arrayContaining([...callIds]));
  }
  if (expected.idsDiffer) expect(new Set(calls.map(({ id }) => id)).size).toBe(calls.length);
  for (const { text, name } of calls) {
    if (expected.maxArgumentBytes !== undefined)
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(expected.maxArgumentBytes);
    if (expected.toolNamesMatch) expect(name).toMatch(new RegExp(expected.toolNamesMatch));
  }
  if (expected.toolCallMessagesCarry) {
    for (const { fields, callIds } of messages)
      if (callIds.length > 0) expect(fields).toHaveProperty(expected.toolCallMessagesCarry);
  }
  if (expected.rolesAlternate) {
    const roles = messages.map(({ role }) => role);
    expect(roles.filter((role, index) => role !== "tool" && role === roles[index + 1])).toEqual([]);
  }
  for (const text of expected.includes ?? []) expect(arrived.text).toContain(text);
  for (const field of expected.lacks ?? []) expect(arrived.body).not.toHaveProperty(field);
}

/** The ids that the messages right after one answer, before anybody else speaks. */
function resultsAfter(messages: ReturnType<typeof historyOf>["messages"], index: number): string[] {
  const ids: string[] = [];
  for (const { resultIds } of messages.slice(index + 1)) {
    if (resultIds.length === 0) break;
    ids.push(...resultIds);
  }
  return ids;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

async function filesOf(person: HttpPerson, projectId: string): Promise<Record<string, string>> {
  const base = `/api/v1/projects/${projectId}/files`;
  const paths: string[] = (await person.call("GET", base)).body.files.map(
    ({ path }: { path: string }) => path,
  );
  const files = paths.map(async (path): Promise<[string, string]> => {
    const { content } = (await person.call("GET", `${base}/content?path=${encodeURIComponent(path)}`)).body;
    return [path.normalize(), content];
  });
  return Object.fromEntries(await Promise.all(files));
}

/** What the page shows of a conversation after a reload. */
function pageOf(stored: readonly ThreadMessage[]): string {
  const parts = stored.flatMap(({ parts }) => parts) as ChatMessage["parts"];
  return parts
    .map((part) => {
      if (part.type === "text") return part.text;
      if (part.type === "data-chat-error") return part.data.message;
      const call = toolCallOf(part);
      return call ? toolCallSummary(call, false).text : "";
    })
    .join("\n");
}

interface After {
  files: Record<string, string>;
  page: string;
}

function checkAfterwards(after: After, { files, page }: Afterwards): void {
  if (files) expect(after.files).toEqual(normalized(files));
  for (const text of page?.mustSay ?? []) expect(after.page).toContain(text);
  for (const text of page?.mustNotSay ?? []) expect(after.page).not.toContain(text);
}

/** A name that can be written in two ways is one name. */
function normalized(files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [path.normalize(), content]));
}

function checkOneOf(after: After, possible: readonly Afterwards[]): void {
  const failures: unknown[] = [];
  for (const each of possible) {
    try {
      checkAfterwards(after, each);
      return;
    } catch (failure) {
      failures.push(failure);
    }
  }
  throw new AggregateError(failures, "none of what is possible holds");
}

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ModelGroup } from "@/contracts/models";
import { type LiveModels, liveListOf, loadLiveModels, readLiveModels } from "./live-models-store";

let server: Server;
let asked: string[] = [];
let answer: () => { status: number; body: unknown };
const realFetch = globalThis.fetch;

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const { status, body } = answer();
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  // The browser resolves the path against its page; Node needs a full URL.
  globalThis.fetch = (input, init) =>
    realFetch(new URL(input instanceof Request ? input.url : input, `http://127.0.0.1:${port}`), init);
});

afterEach(async () => {
  globalThis.fetch = realFetch;
  await new Promise((resolve) => server.close(resolve));
});

/** The store lives as long as the page, so each test uses a different key. */
function groupOf(keyId: string, more: Partial<ModelGroup> = {}): ModelGroup {
  return {
    keyProvider: "personal",
    aiProvider: "anthropic",
    providerName: "Anthropic",
    keyId,
    keyLabel: "Work",
    last4: "abcd",
    isDefaultKey: true,
    reason: null,
    source: "catalog",
    listProblem: null,
    models: [],
    ...more,
  };
}

function listOf(group: ModelGroup): LiveModels | undefined {
  return readLiveModels().get(liveListOf(group) ?? "none");
}

test("a list is loaded once, even if requested twice at the same time", async () => {
  const group = groupOf("once");
  answer = () => ({ status: 200, body: { group } });
  const both = [loadLiveModels(group), loadLiveModels(group)];
  expect(listOf(group)).toEqual({ status: "loading" });
  await Promise.all(both);
  await loadLiveModels(group);
  expect(listOf(group)).toEqual({ status: "ready", group });
  expect(asked).toEqual(["/api/v1/user/ai-keys/once/models"]);
});

test("a failure says why, and the next attempt loads again", async () => {
  const group = groupOf("failing");
  answer = () => ({ status: 429, body: { error: "Too often.", code: "rate_limited" } });
  await loadLiveModels(group);
  expect(listOf(group)).toEqual({ status: "failed", sentence: "Too often." });
  answer = () => ({ status: 200, body: { group } });
  await loadLiveModels(group);
  expect(listOf(group)?.status).toBe("ready");
});

test("a list the provider refused is loaded again", async () => {
  const group = groupOf("refused");
  answer = () => ({ status: 200, body: { group: { ...group, listProblem: "May not list." } } });
  await loadLiveModels(group);
  await loadLiveModels(group);
  expect(asked).toHaveLength(2);
});

test("a replaced key gets a new list", async () => {
  const before = groupOf("replaced");
  const after = groupOf("replaced", { last4: "wxyz" });
  answer = () => ({ status: 200, body: { group: before } });
  await loadLiveModels(before);
  expect(listOf(after)).toBeUndefined();
});

test("an endpoint without a key that moved gets a new list", async () => {
  const before = groupOf("moved", { last4: "", baseUrl: "https://one.example.com/v1" });
  const after = groupOf("moved", { last4: "", baseUrl: "https://two.example.com/v1" });
  answer = () => ({ status: 200, body: { group: before } });
  await loadLiveModels(before);
  expect([listOf(before)?.status, listOf(after)]).toEqual(["ready", undefined]);
});

test.each([
  ["the platform's", groupOf("platform", { keyProvider: "platform", keyId: null })],
  ["a key that is not there", groupOf("absent", { keyId: null })],
  ["a key that cannot be used", groupOf("disabled", { reason: "This key is switched off." })],
])("%s is not asked for a list", async (_which, group) => {
  answer = () => ({ status: 200, body: { group } });
  await loadLiveModels(group);
  expect(asked).toEqual([]);
});

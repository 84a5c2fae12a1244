import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type AppServer, startAppServer } from "../support/app-server";
import { type HttpAnswer, HttpPerson } from "../support/http-person";
import { addressOf, OPEN, TRACE, useHostileEndpoint } from "./support/hostile-endpoint";
import { newPerson } from "./support/new-person";
import { arrivedUpstream, standIn } from "./support/stand-in";

/*
 * Hostile endpoints are tested without a server (tests/routes). Here: a custom endpoint is served, and the
 * log contains nothing of it.
 */

useHostileEndpoint();

let server: AppServer;
let person: HttpPerson;
let projectId: string;

beforeAll(async () => {
  server = await startAppServer({
    ...inject("productEnvironment"),
    ALLOWED_PRIVATE_ENDPOINTS: OPEN,
    PROVIDER_TIMEOUT_SECONDS: "5",
  });
  person = await newPerson({ url: server.url });
  projectId = await person.createProject();
});
afterAll(() => server?.stop());

async function acceptedKey(): Promise<string> {
  const key = `local-${randomBytes(24).toString("hex")}`;
  await standIn.setKey(key);
  return key;
}

const provider = "openai-compatible";

describe("a custom endpoint", () => {
  test("answers, lists its models, and supports tools, with the key it was saved with", async () => {
    const apiKey = await acceptedKey();
    const keyId = await person.saveKey(apiKey, { provider, baseUrl: `${addressOf()}/`, label: "vLLM" });
    const tested = await person.call("POST", `/api/v1/user/ai-keys/${keyId}/test`);
    expect(tested.body).toMatchObject({ result: { outcome: "ok" } });
    const { group } = (await person.call("GET", `/api/v1/user/ai-keys/${keyId}/models`)).body;
    expect(group).toMatchObject({ source: "live", keyLabel: "vLLM", listProblem: null });
    expect(group.models.length).toBeGreaterThan(0);
    const answer = await person.chat({
      projectId,
      text: `tool: writeFile ${JSON.stringify({ path: `${randomUUID()}.txt`, content: "x" })}`,
      keyProvider: "personal",
      aiProvider: provider,
      model: group.models[0].id,
      keyId,
    });
    expect({ text: answer.text, error: answer.error }).toEqual({ text: "done", error: null });
    const ours = await arrivedUpstream({ key: apiKey });
    expect(ours.filter(({ path }) => path.endsWith("/chat/completions")).length).toBeGreaterThanOrEqual(2);
  });
});

/** Nothing the endpoint says is returned. */
function saysNothingOf(answer: Pick<HttpAnswer, "text">, apiKey: string): void {
  expect(answer.text).not.toContain(TRACE);
  expect(answer.text).not.toContain(apiKey);
}

describe.each(["html", "repeats the key", "repeats the key in a stream", "not http"])(
  "a hostile endpoint: %s",
  (trick) => {
    test("learns nothing from a test, a list or a message, and does not affect the key's health", async () => {
      const apiKey = `local-${randomBytes(24).toString("hex")}`;
      const baseUrl = addressOf(trick);
      const tested = await person.call("POST", "/api/v1/user/ai-keys/test", { provider, apiKey, baseUrl });
      expect(tested.status).toBe(200);
      expect(["unreachable", "unknown"].includes(tested.body.result.outcome)).toBe(
        trick !== "repeats the key",
      );
      saysNothingOf(tested, apiKey);

      const keyId = await person.saveKey(apiKey, { provider, baseUrl, label: trick });
      const listed = await person.call("GET", `/api/v1/user/ai-keys/${keyId}/models`);
      expect(listed.body.group).toMatchObject({
        source: "catalog",
        listProblem: expect.any(String),
        models: [],
      });
      saysNothingOf(listed, apiKey);

      // A silent stream may stay open; the person stops it.
      if (trick === "drip") return;
      const answer = await person.chat({
        projectId,
        text: "say: hello",
        keyProvider: "personal",
        aiProvider: provider,
        model: "some-model",
        keyId,
      });
      expect(answer.text).toBe("");
      expect(answer.error.code).toMatch(/^provider_/);
      saysNothingOf({ text: answer.raw }, apiKey);
    });
  },
);

test("the log repeats nothing an endpoint said, and no key", () => {
  expect(server.output()).toContain("a message failed");
  expect(server.output()).not.toContain(TRACE);
  expect(server.output()).not.toMatch(/local-[\da-f]{48}/);
});

test("an address the operator no longer allows is refused, with the key unopened", async () => {
  const apiKey = await acceptedKey();
  const keyId = await person.saveKey(apiKey, { provider, baseUrl: addressOf(), label: "closed since" });
  // The same installation, started without the allowance.
  const there = person.at(inject("appUrl"));
  await there.refreshToken();
  const chosen = { projectId, keyProvider: "personal", aiProvider: provider, model: "m", keyId };
  const answer = await there.chat({ ...chosen, text: "say: hello" });
  expect(answer.error).toMatchObject({ code: "endpoint_refused" });
  expect(await there.call("POST", `/api/v1/user/ai-keys/${keyId}/test`)).toMatchObject({
    status: 400,
    body: { code: "endpoint_refused" },
  });
  expect(await arrivedUpstream({ key: apiKey })).toEqual([]);
});

import { randomBytes, randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { sql } from "../http/support/database";
import { addressOf, CLOSED, OPEN, TRACE, tricks, useHostileEndpoint } from "../http/support/hostile-endpoint";
import { newPerson } from "../http/support/new-person";
import { done, KEYS, listOf, payersOf, summaryOf } from "../http/support/provider-keys";
import "../http/support/refusal-matchers";
import { arrivedUpstream, newKey } from "../http/support/stand-in";
import type { HttpAnswer, HttpPerson } from "../support/http-person";
import { freePort } from "../support/real-postgres";
import { productWith } from "./support/product-with";

productWith({ ALLOWED_PRIVATE_ENDPOINTS: OPEN, PROVIDER_TIMEOUT_SECONDS: "4" });
useHostileEndpoint();

const provider = "openai-compatible";

let person: HttpPerson;
let projectId: string;
beforeAll(async () => {
  person = await newPerson();
  projectId = await person.createProject();
});

/** Nothing the endpoint says is returned. */
function saysNothingOf(answer: Pick<HttpAnswer, "text">, apiKey: string): void {
  expect(answer.text).not.toContain(TRACE);
  expect(answer.text).not.toContain(apiKey);
}

describe.concurrent.each(tricks)("a hostile endpoint: %s", (trick) => {
  test("learns nothing from a test, a list or a message, and does not affect the key's health", async () => {
    const apiKey = `local-${randomBytes(24).toString("hex")}`;
    const baseUrl = addressOf(trick);
    const tested = await person.call("POST", "/api/v1/user/ai-keys/test", { provider, apiKey, baseUrl });
    expect(tested.status).toBe(200);
    expect(["unreachable", "unknown"].includes(tested.body.result.outcome)).toBe(trick !== "repeats the key");
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
});

test("an endpoint that repeats the key as ids and names puts it nowhere, and its answer still arrives", async () => {
  const apiKey = `local-${randomBytes(24).toString("hex")}`;
  const keyId = await person.saveKey(apiKey, { provider, baseUrl: addressOf("key in ids"), label: "Ids" });
  const listed = await person.call("GET", `/api/v1/user/ai-keys/${keyId}/models`);
  expect(listed.body.group.models.map(({ id }: { id: string }) => id)).toEqual(["fine"]);
  const threadId = randomUUID();
  const answer = await person.chat({
    projectId,
    threadId,
    text: "say: hello",
    keyProvider: "personal",
    aiProvider: provider,
    model: "some-model",
    keyId,
  });
  expect(answer).toMatchObject({ text: "done", error: null });
  const outputs = answer.chunks.filter(({ type }) => type === "tool-output-available");
  expect(outputs).toMatchObject([{ output: { files: expect.any(Array) } }]);
  const kept = JSON.stringify([
    answer.raw,
    listed.text,
    await person.messagesOf(projectId, threadId),
    await sql("select * from usage_events where thread_id = $1", [threadId]),
  ]);
  for (let at = 0; at + 8 <= apiKey.length; at += 1) expect(kept).not.toContain(apiKey.slice(at, at + 8));
});

test.each([
  `http://${CLOSED}:1/v1`,
  "http://localhost:11434/v1",
  "http://2130706433/v1",
  "http://[::ffff:127.0.0.1]/v1",
  "https://169.254.169.254/latest/meta-data",
  "http://10.0.0.7/v1",
  "http://llm.example.com@127.0.0.1/v1",
  "file:///etc/passwd",
  "https://llm.example.com/v1?key=x",
])("%s is refused at once, for a test and for saving", async (baseUrl) => {
  const apiKey = `local-${randomBytes(24).toString("hex")}`;
  const before = (await person.call("GET", "/api/v1/user/ai-keys")).body.keys.length;
  for (const path of ["/api/v1/user/ai-keys/test", "/api/v1/user/ai-keys"]) {
    const answer = await person.call("POST", path, { provider, apiKey, baseUrl });
    expect(answer).toMatchObject({ status: 400, body: { code: "endpoint_refused" } });
  }
  expect((await person.call("GET", "/api/v1/user/ai-keys")).body.keys).toHaveLength(before);
});

test("where it is allowed, it is tested and used; without an address, or with one at a provider, it is refused", async () => {
  const person = await newPerson();
  const key = await newKey(undefined, provider);
  const pasted = { provider, apiKey: key, baseUrl: addressOf("compatible") };
  expect((await person.call("POST", `${KEYS}/test`, pasted)).body.result).toMatchObject({ outcome: "ok" });
  expect(await person.call("POST", KEYS, { provider, apiKey: key })).toBeRefused({
    code: "invalid_request",
  });
  expect(await person.call("POST", KEYS, { ...pasted, provider: "openai" })).toBeRefused({
    code: "invalid_request",
  });
  const keyId = await person.saveKey(key, { provider, baseUrl: addressOf("compatible"), label: "Office" });
  expect(await listOf(person)).toMatchObject([
    { id: keyId, baseUrl: addressOf("compatible"), label: "Office" },
  ]);
  expect(await payersOf(person, { keyId, aiProvider: provider, model: "qwen3:8b" })).toMatchObject({
    keys: [key],
    code: null,
  });
});

describe("an address without an API", () => {
  const REFUSED = { code: "endpoint_refused", action: "open_api_keys" } as const;
  let person: HttpPerson;
  let projectId: string;
  beforeAll(async () => {
    person = await newPerson();
    projectId = await person.createProject();
  });

  test.each(["/chat/completions", "/v1", "/models", "/chat/completions/", "/responses"])(
    "%s behind the address is named, and what was meant is proposed when it is saved and tested",
    async (behind) => {
      const right = addressOf("compatible");
      const apiKey = await newKey(undefined, provider);
      const typed = { provider, apiKey, baseUrl: `${right}${behind}` };
      const tested = await person.call("POST", `${KEYS}/test`, typed);
      const saved = await person.call("POST", KEYS, typed);
      expect(tested.body.result).toMatchObject({ outcome: "unknown", proposedAddress: right });
      expect(tested.body.result.sentence).toContain(`one at ${right}`);
      expect(saved.body).toMatchObject({ ...REFUSED, proposedAddress: right });
      expect(saved.body.error).toContain(right);
      const corrected = await person.call("POST", `${KEYS}/test`, { ...typed, baseUrl: right });
      expect(corrected.body.result.outcome).toBe("ok");
    },
  );

  test("a version that is missing is found, and a key is not replaced for an address without an API", async () => {
    const right = addressOf("keyless");
    const keyId = await person.saveKey("", { provider, baseUrl: right, label: "Moves" });
    const wrong = right.replace(/\/v1$/, "");
    expect((await person.call("POST", KEYS, { provider, baseUrl: wrong })).body).toMatchObject({
      code: "endpoint_refused",
      proposedAddress: right,
    });
    const replaced = await person.call("POST", `${KEYS}/${keyId}/replacement`, {
      apiKey: "",
      baseUrl: wrong,
    });
    expect(replaced.body).toMatchObject({ ...REFUSED, proposedAddress: right });
    expect(await summaryOf(person, keyId)).toMatchObject({ baseUrl: right, previous: null });
  });

  test("a key is not sent when it is saved", async () => {
    const apiKey = await newKey(undefined, provider);
    await person.saveKey(apiKey, { provider, baseUrl: addressOf("compatible"), label: "Right" });
    expect(await arrivedUpstream({ key: apiKey })).toEqual([]);
  });

  test("of an endpoint that is off, it is saved, and a message says where to change it", async () => {
    const off = `http://${OPEN}:${await freePort()}/v1`;
    await person.saveKey("", { provider, baseUrl: off, label: "Off" });
    const call = await person.call("POST", KEYS, { provider, baseUrl: `${off}/chat/completions` });
    expect(call.body).toMatchObject({ code: "endpoint_refused", proposedAddress: off });
    const keyId = await person.saveKey("", { provider, baseUrl: addressOf("html"), label: "A page" });
    const tested = await person.call("POST", `${KEYS}/${keyId}/test`);
    expect(tested.body.result.sentence).toMatch(/no OpenAI-compatible API at this address/);
    const answer = await person.chat({
      projectId,
      text: "say: hello",
      keyProvider: "personal",
      aiProvider: provider,
      model: "m",
      keyId,
    });
    expect(answer.error).toMatchObject({
      code: "provider_bad_response",
      message: expect.stringMatching(/check its address in the API Keys tab/),
    });
  });
});

test("a key whose address was changed in the database does not open, and is sent nowhere", async () => {
  const person = await newPerson();
  const key = await newKey(undefined, provider);
  const keyId = await person.saveKey(key, { provider, baseUrl: addressOf("compatible") });
  const elsewhere = addressOf("keyless");
  await sql("update user_ai_api_keys set base_url = $2 where id = $1", [keyId, elsewhere]);
  const refused = await payersOf(person, { keyId, aiProvider: provider, model: "qwen3:8b" });
  expect(refused).toMatchObject({ keys: [], code: "personal_key_unreadable" });
  expect(await person.call("POST", `${KEYS}/${keyId}/test`)).toBeRefused();
  expect(await arrivedUpstream({ key })).toEqual([]);
  expect(await summaryOf(person, keyId)).toMatchObject({ status: "needs_reentry" });
});

test("its address changes together with the key, which is tested there", async () => {
  const person = await newPerson();
  const [key, fresh] = [await newKey(undefined, provider), await newKey(undefined, provider)];
  const keyId = await person.saveKey(key, { provider, baseUrl: addressOf("compatible") });
  const path = `${KEYS}/${keyId}/replacement`;
  const unreachable = await person.call("POST", path, { apiKey: fresh, baseUrl: "http://10.0.0.1/v1" });
  expect(unreachable).toBeRefused({ code: "endpoint_refused" });
  const moved = addressOf("keyless");
  await done(person.call("POST", path, { apiKey: fresh, baseUrl: moved }));
  expect(await summaryOf(person, keyId)).toMatchObject({
    baseUrl: moved,
    previous: { last4: key.slice(-4) },
  });
  await done(person.call("POST", `${KEYS}/${keyId}/previous`));
  expect(await summaryOf(person, keyId)).toMatchObject({ baseUrl: addressOf("compatible") });
});

describe("an endpoint that asks for no key", () => {
  test.each([{}, { apiKey: "" }, { apiKey: "  \n" }, { sessionOnly: true }])(
    "%o: it is tested, saved and used without any key, and listed without last characters",
    async (given) => {
      const [person, baseUrl] = [await newPerson(), addressOf("keyless")];
      const { sessionOnly, ...pasted } = { sessionOnly: undefined, ...given };
      const tested = await person.call("POST", `${KEYS}/test`, { provider, baseUrl, ...pasted });
      expect(tested.body.result).toEqual({ outcome: "ok", sentence: "The endpoint answers without a key." });
      const saved = await person.call("POST", KEYS, { provider, baseUrl, ...given, label: "Ollama" });
      expect(saved.status).toBe(200);
      const keyId = saved.body.id;
      expect(await summaryOf(person, keyId)).toMatchObject({
        label: "Ollama",
        last4: "",
        status: "ok",
        kept: sessionOnly ? "session" : "stored",
        health: { outcome: "ok" },
      });
      expect((await person.call("POST", `${KEYS}/${keyId}/test`)).body.result.outcome).toBe("ok");
      expect(await payersOf(person, { keyId, aiProvider: provider, model: "qwen3:8b" })).toMatchObject({
        keys: [null],
        code: null,
      });
    },
  );

  test("it can be replaced by a key and back; a provider's own key cannot be replaced by none", async () => {
    const person = await newPerson();
    const key = await newKey(undefined, provider);
    const keyId = await person.saveKey("", { provider, baseUrl: addressOf("keyless") });
    const path = `${KEYS}/${keyId}/replacement`;
    await done(person.call("POST", path, { apiKey: key, keepPreviousHours: 1 }));
    expect(await summaryOf(person, keyId)).toMatchObject({
      last4: key.slice(-4),
      previous: { last4: "" },
    });
    await done(person.call("POST", `${KEYS}/${keyId}/previous`));
    expect(await summaryOf(person, keyId)).toMatchObject({ last4: "", previous: { last4: key.slice(-4) } });
    await done(person.call("POST", path, {}));
    expect(await summaryOf(person, keyId)).toMatchObject({ last4: "" });

    const ownId = await person.saveKey(await newKey());
    const refusal = { status: 400, code: "invalid_request" } as const;
    expect(await person.call("POST", `${KEYS}/${ownId}/replacement`, { apiKey: "" })).toBeRefused(refusal);
    expect(await person.call("POST", KEYS, { provider: "anthropic", apiKey: "" })).toBeRefused(refusal);
    expect(await person.call("POST", `${KEYS}/test`, { provider: "openai" })).toBeRefused(refusal);
  });
});

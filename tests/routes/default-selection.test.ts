import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { ModelSelection } from "@/contracts/model-selection";
import { addressOf, OPEN, useHostileEndpoint } from "../http/support/hostile-endpoint";
import { newPerson } from "../http/support/new-person";
import { done, KEYS, payersOf } from "../http/support/provider-keys";
import "../http/support/refusal-matchers";
import { newKey } from "../http/support/stand-in";
import type { HttpPerson } from "../support/http-person";
import { productWith } from "./support/product-with";

// A server without any platform key: what a person's own keys can pay for is all there is.
productWith({
  ANTHROPIC_API_KEY: "",
  OPENAI_API_KEY: "",
  OPENROUTER_API_KEY: "",
  ALLOWED_PRIVATE_ENDPOINTS: OPEN,
});
useHostileEndpoint();

const PATH = "/api/v1/user/default-selection";
const PLATFORM: ModelSelection = { payer: "platform", provider: "anthropic", model: "claude-haiku-4-5" };
const OWN: ModelSelection = { ...PLATFORM, payer: "person" };

const firstOf = async (person: HttpPerson) => (await person.call("GET", PATH)).body;
const remember = (person: HttpPerson, selection: Record<string, unknown>) =>
  person.call("PUT", PATH, selection);

test("a tab starts with the first key that can pay: not with one that is switched off or failed, if there is another", async () => {
  const person = await newPerson();
  expect(await firstOf(person), "nothing can pay").toEqual({ selection: PLATFORM, isRemembered: false });

  const keyId = await person.saveKey(await newKey());
  expect(await firstOf(person)).toEqual({ selection: OWN, isRemembered: false });

  const gptId = await person.saveKey(await newKey("answers", "openai"), { provider: "openai" });
  expect((await firstOf(person)).selection).toEqual(OWN);
  await done(person.call("PATCH", `${KEYS}/${keyId}`, { disabled: true }));
  expect((await firstOf(person)).selection).toMatchObject({ payer: "person", provider: "openai" });
  await done(person.call("PATCH", `${KEYS}/${keyId}`, { disabled: false }));
  await done(person.call("DELETE", `${KEYS}/${gptId}`));

  const emptyId = await person.saveKey(await newKey("no-credit", "openai"), { provider: "openai" });
  await done(person.call("POST", `${KEYS}/${emptyId}/test`));
  await done(person.call("DELETE", `${KEYS}/${keyId}`));
  expect((await firstOf(person)).selection, "better than nothing").toMatchObject({ provider: "openai" });
  await person.saveKey(await newKey(undefined, "openrouter"), { provider: "openrouter", label: "Router" });
  expect((await firstOf(person)).selection).toMatchObject({ payer: "person", provider: "openrouter" });
});

test("with only a custom endpoint, a tab starts with its first model, then with the one that answered last", async () => {
  const provider = "openai-compatible";
  for (const apiKey of ["", await newKey(undefined, provider)]) {
    const person = await newPerson();
    const baseUrl = addressOf(apiKey ? "compatible" : "keyless");
    const keyId = await person.saveKey(apiKey, { provider, baseUrl });
    const first = await firstOf(person);
    expect(first).toEqual({
      selection: { payer: "person", provider, model: expect.any(String) },
      isRemembered: false,
    });
    const { model } = first.selection;
    const [listed] = (await person.call("GET", `${KEYS}/${keyId}/models`)).body.group.models;
    expect(model).toBe(listed.id);
    expect(await payersOf(person, { aiProvider: provider, model })).toMatchObject({ code: null });
    expect(await payersOf(person, { aiProvider: provider, model: "qwen3:8b" })).toMatchObject({ code: null });
    expect((await firstOf(person)).selection).toEqual({ payer: "person", provider, model: "qwen3:8b" });
  }
});

test("a default may have any model id that a provider lists", async () => {
  const person = await newPerson();
  await person.saveKey(await newKey());
  for (const model of ["Meta Llama 3 (70B) #1", "модель|2", "C:\\models\\llama.gguf", "a&b=c,d"]) {
    await done(remember(person, { ...OWN, model }));
    expect(await firstOf(person)).toEqual({ selection: { ...OWN, model }, isRemembered: true });
  }
});

test("a custom endpoint that lists nothing does not keep a tab from opening", async () => {
  const person = await newPerson();
  await person.saveKey("", { provider: "openai-compatible", baseUrl: addressOf("silent") });
  expect((await firstOf(person)).selection).toEqual(PLATFORM);
});

test("a remembered default is there on every device, also when it cannot pay, and can be forgotten", async () => {
  const person = await newPerson();
  const keyId = await person.saveKey(await newKey());
  const workId = await person.saveKey(await newKey(), { label: "Work" });
  const chosen = { ...OWN, model: "claude-opus-4-5", keyId: workId };
  await done(remember(person, chosen));
  const elsewhere = await person.onAnotherDevice();
  expect(await firstOf(elsewhere)).toEqual({ selection: chosen, isRemembered: true });
  await done(person.call("PATCH", `${KEYS}/${workId}`, { disabled: true }));
  expect(await firstOf(elsewhere), "nothing else pays in its place").toEqual({
    selection: chosen,
    isRemembered: true,
  });
  // It goes with its key, and with nothing else.
  await done(person.call("DELETE", `${KEYS}/${workId}`));
  expect(await firstOf(person)).toEqual({ selection: OWN, isRemembered: false });

  await done(remember(person, { ...OWN, model: "claude-sonnet-4-5" }));
  const otherId = await person.saveKey(await newKey(), { label: "Other" });
  await done(person.call("DELETE", `${KEYS}/${keyId}`));
  expect((await firstOf(person)).isRemembered, "the other key is the default now").toBe(true);
  await done(person.call("DELETE", `${KEYS}/${otherId}`));
  expect(await firstOf(person)).toEqual({ selection: PLATFORM, isRemembered: false });

  await person.saveKey(await newKey());
  await done(remember(person, { ...OWN, model: "claude-sonnet-4-5" }));
  await done(person.call("DELETE", PATH));
  await done(person.call("DELETE", PATH));
  expect(await firstOf(person)).toEqual({ selection: OWN, isRemembered: false });
});

test("what cannot be served, belongs to another person or lasts for this session only is refused as a default", async () => {
  const [person, other] = [await newPerson(), await newPerson()];
  await person.saveKey(await newKey());
  const foreign = await other.saveKey(await newKey());
  const sessionId = await person.saveKey(await newKey(), { sessionOnly: true });
  expect(await remember(person, PLATFORM)).toBeRefused({ status: 400, code: "platform_key_not_configured" });
  expect(await remember(person, { ...OWN, keyId: foreign })).toBeRefused({ code: "personal_key_missing" });
  expect(await remember(person, { ...OWN, keyId: randomUUID() })).toBeRefused({
    code: "personal_key_missing",
  });
  expect(await remember(person, { ...OWN, keyId: sessionId })).toBeRefused({ code: "invalid_request" });
  expect(await remember(person, { ...OWN, provider: "nobody" })).toBeRefused({ code: "unknown_provider" });
  for (const wrong of [
    { ...OWN, payer: "nobody" },
    { ...OWN, model: " blanks around it " },
    { ...OWN, keyId: "1" },
  ]) {
    expect(await remember(person, wrong)).toBeRefused({ status: 400, code: "invalid_request" });
  }
  expect((await firstOf(person)).isRemembered).toBe(false);
});

import { describe, expect, test } from "vitest";
import { FAILURE_TABLE } from "@/domain/providers/failures/failure-table";
import { ProviderFailure, type ProviderFailureCode } from "@/domain/providers/failures/provider-failure";
import { providerById } from "@/domain/providers/registry";
import { diagnoseFailure } from "./diagnose-failure";

const OPENAI = providerById("openai");
const ENDPOINT = providerById("openai-compatible");
const CODES = Object.keys(FAILURE_TABLE) as ProviderFailureCode[];

function diagnosed(
  code: ProviderFailureCode,
  keyProvider: "personal" | "platform",
  { adapter = OPENAI, hasKey = true } = {},
) {
  const failure = new ProviderFailure(code, { retryAfterSeconds: 3600, requestId: "req_1" });
  const { facts: provider, classifyRefusal } = adapter;
  const keyLabel = keyProvider === "personal" ? "Work" : null;
  const error = diagnoseFailure(failure, { keyProvider, provider, keyLabel, hasKey, classifyRefusal });
  return { ...error, actions: [error.action, ...(error.otherActions ?? [])] };
}

describe.each(CODES)("%s", (code) => {
  test("offers all its actions to the owner of the key, and to others what they can do", () => {
    const { actions } = FAILURE_TABLE[code];
    const ofOwner = ["open_api_keys", "open_billing"];
    expect(diagnosed(code, "personal").actions).toEqual(actions);
    expect(diagnosed(code, "platform").actions).toEqual(
      actions.filter((action) => !ofOwner.includes(action)),
    );
  });

  test.each(["personal", "platform"] as const)("says when to retry if that is offered: %s", (payer) => {
    const { actions, retryAt } = diagnosed(code, payer);
    expect(Date.parse(retryAt ?? "") > Date.now()).toBe(actions.includes("retry"));
  });

  test("has a sentence about the key that paid", () => {
    const [own, ofPlatform] = [diagnosed(code, "personal").message, diagnosed(code, "platform").message];
    for (const sentence of [own, ofPlatform]) expect(sentence).toMatch(/^[A-Z][^{}]*\.$/);
    expect(own).not.toContain("platform key");
    expect(ofPlatform).not.toMatch(/\byour (API )?key\b|Work/i);
  });
});

test.each(CODES)("of an endpoint without a key nobody reads about a key of theirs: %s", (code) => {
  const { message } = diagnosed(code, "personal", { adapter: ENDPOINT, hasKey: false });
  expect(message).toMatch(/^[A-Z][^{}]*\.$/);
  expect(message).not.toMatch(/\b(your|this) (API )?key\b|paste/i);
});

test("adding credit is offered if the provider has a billing page", () => {
  expect(diagnosed("provider_credit_exhausted", "personal").billingUrl).toBe(OPENAI.facts.billingUrl);
  const elsewhere = diagnosed("provider_credit_exhausted", "personal", { adapter: ENDPOINT });
  expect([elsewhere.billingUrl, ...elsewhere.actions]).toEqual([undefined, "switch_key"]);
});

test.each([
  [404, "open_api_keys", /no OpenAI-compatible API at the address of your endpoint “Work”.*API Keys tab/],
  [405, "open_api_keys", /no OpenAI-compatible API at the address/],
  [200, "retry", /could not be read.*address in the API Keys tab/],
  [502, "retry", /could not be read.*address in the API Keys tab/],
] as const)(
  "of a custom endpoint, an answer with %i that is none says where to mend its address",
  (status, action, says) => {
    const payer = { keyProvider: "personal", keyLabel: "Work", hasKey: true } as const;
    const failure = new ProviderFailure("provider_bad_response", { status });
    const { facts: provider, classifyRefusal } = ENDPOINT;
    const error = diagnoseFailure(failure, { ...payer, provider, classifyRefusal });
    expect(error).toMatchObject({
      code: "provider_bad_response",
      action,
      message: expect.stringMatching(says),
    });
    const ofProvider = diagnoseFailure(failure, { ...payer, provider: OPENAI.facts, classifyRefusal });
    expect(ofProvider.message).not.toContain("address");
  },
);

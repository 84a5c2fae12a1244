import { afterAll, beforeAll, expect, test } from "vitest";
import { PROVIDERS } from "@/domain/providers/registry";
import { providerVariables } from "@/lib/provider-variables";
import { providerBaseUrls } from "./base-urls";
import { type ProviderStandIn, startProviderStandIn } from "./provider-stand-in";

let standIn: ProviderStandIn;

beforeAll(async () => {
  standIn = await startProviderStandIn();
});
afterAll(() => standIn.close());

test("every provider base URL that a server reads is the stand-in's, so that a test never reaches a real provider", () => {
  const read = PROVIDERS.filter(({ facts }) => !facts.needsAddress).map(
    ({ facts }) => providerVariables(facts.id).baseUrl,
  );
  expect(Object.keys(providerBaseUrls(standIn.url)).toSorted()).toEqual(read.toSorted());
});

test.each([
  ["anthropic", "ANTHROPIC_BASE_URL", "/v1/messages"],
  ["openai", "OPENAI_BASE_URL", "/v1/chat/completions"],
  ["openrouter", "OPENROUTER_BASE_URL", "/v1/chat/completions"],
] as const)("below its address %s is spoken", async (provider, variable, path) => {
  const answer = await fetch(`${providerBaseUrls(standIn.url)[variable]}${path}`, {
    method: "POST",
    body: "{}",
  });
  expect(answer.status).toBe(401);
  expect(standIn.journal().at(-1)).toMatchObject({ provider, apiKey: null, status: 401 });
});

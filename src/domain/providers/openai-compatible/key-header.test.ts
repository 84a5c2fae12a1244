import { generateText } from "ai";
import { describe, expect, test } from "vitest";
import { Secret } from "@/lib/secret";
import { createKeyedFetch } from "../transport/keyed-fetch";
import { openaiCompatible } from "./adapter";
import { keyHeaderAt } from "./key-header";

const KEY = "custom-endpoint-key-0011";
const ANSWER = {
  id: "1",
  object: "chat.completion",
  created: 1,
  model: "m",
  choices: [{ index: 0, message: { role: "assistant", content: "Hello." }, finish_reason: "stop" }],
};

/** The headers of a chat request and a model list request, as sent to an address. */
async function sentTo(baseUrl: string): Promise<Record<string, string>[]> {
  const sent: Record<string, string>[] = [];
  const fetch = createKeyedFetch({
    baseUrl,
    keyHeader: keyHeaderAt(baseUrl),
    classifyRefusal: openaiCompatible.classifyRefusal,
    openKey: () => Promise.resolve(new Secret(KEY)),
    timeoutMs: 5_000,
    fetch: (_url, init) => {
      sent.push(Object.fromEntries(new Headers(init?.headers)));
      return Promise.resolve(Response.json(init?.method === "POST" ? ANSWER : { data: [] }));
    },
  });
  const connection = { baseUrl, fetch };
  await generateText({ model: openaiCompatible.buildModel("m", connection), prompt: "Hi.", maxRetries: 0 });
  await openaiCompatible.listModels(connection);
  return sent;
}

describe("the key of a custom endpoint is sent in exactly one header", () => {
  test.each([
    "http://127.0.0.1:11434/v1",
    "https://models.example.com/v1",
    "https://openai.azure.com.example.com/v1",
    "https://notopenai.azure.com/v1",
    "https://example.com/openai.azure.com/v1",
  ])("as a bearer token to %s", async (baseUrl) => {
    const sent = await sentTo(baseUrl);
    expect(sent).toHaveLength(2);
    for (const headers of sent) {
      expect(headers["authorization"]).toBe(`Bearer ${KEY}`);
      expect(headers).not.toHaveProperty("api-key");
    }
  });

  test.each([
    "https://my-company.openai.azure.com/openai/v1",
    "https://MY-company.OPENAI.azure.com/openai/v1",
    "https://my-company.openai.azure.us/openai/v1",
    "https://my-company.services.ai.azure.com/openai/v1",
    "https://my-company.cognitiveservices.azure.com/openai/v1",
    "https://my-company.azure-api.net/openai/v1",
  ])("as api-key, alone, to %s", async (baseUrl) => {
    const sent = await sentTo(baseUrl);
    expect(sent).toHaveLength(2);
    for (const headers of sent) {
      expect(headers["api-key"]).toBe(KEY);
      expect(headers).not.toHaveProperty("authorization");
    }
  });
});

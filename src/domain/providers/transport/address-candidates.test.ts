import { expect, test } from "vitest";
import { addressCandidates, isWrittenOddly, withoutChatPath } from "./address-candidates";

const HOST = "https://llm.example.com";

test.each([
  ["/v1/chat/completions", "/v1"],
  ["/strict/v1/chat/completions", "/strict/v1"],
  ["/v1/completions", "/v1"],
  ["/v1/chat/completions/chat/completions", "/v1"],
  ["/v1/models", "/v1"],
  ["/v1/responses", "/v1"],
  ["/v1/embeddings", "/v1"],
  ["/v1/chat", "/v1"],
  ["/v1/v1", "/v1"],
  ["/v1/v1/v1", "/v1"],
  ["/v1/v1/chat/completions", "/v1"],
  ["//v1", "/v1"],
  ["/V1", "/v1"],
  ["", "/v1"],
  ["/proxy", "/proxy/v1"],
  ["/chat/completions", "/v1"],
  ["/models", "/v1"],
  ["/api/chat", "/v1"],
  ["/api/tags", "/v1"],
  ["/docs", "/v1"],
  ["/proxy/ui", "/proxy/v1"],
  ["/inference/v1", "/inference"],
])("%s may mean %s", (typed, meant) => {
  expect(addressCandidates(`${HOST}${typed}`)).toContain(`${HOST}${meant}`);
});

test("the likeliest comes first, all are at the same origin, and none is the one that was typed", () => {
  expect(addressCandidates(`${HOST}/v1/chat/completions`)[0]).toBe(`${HOST}/v1`);
  expect(addressCandidates(`${HOST}:8443/v1/v1`)[0]).toBe(`${HOST}:8443/v1`);
  for (const typed of ["", "/v1", "/v1/v1", "/api", "/models", "//evil.example.com/v1"]) {
    const candidates = addressCandidates(`${HOST}${typed}`);
    expect(candidates.every((each) => new URL(each).origin === HOST)).toBe(true);
    expect(candidates).not.toContain(`${HOST}${typed}`);
    expect(candidates.length).toBeLessThanOrEqual(6);
  }
});

test("the path of a chat is a mistake in any case, others may belong to an address", () => {
  expect(withoutChatPath(`${HOST}/v1/chat/completions`)).toBe(`${HOST}/v1`);
  expect(withoutChatPath(`${HOST}/models`)).toBeNull();
  expect(withoutChatPath(`${HOST}/v1`)).toBeNull();
  expect(["/v1/v1", "/v1/models", "/v1/chat/completions"].every((path) => isWrittenOddly(HOST + path))).toBe(
    true,
  );
  expect(["", "/", "/v1", "/api/v1", "/inference"].some((path) => isWrittenOddly(HOST + path))).toBe(false);
});

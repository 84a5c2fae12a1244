import { expect, test } from "vitest";
import { type ModelAccessRefusal, modelAccessError } from "./model-access-error";

const OF_A_KEY: ModelAccessRefusal[] = [
  "not_configured",
  "disabled",
  "paused",
  "expired",
  "session_gone",
  "key_gone",
  "cannot_decrypt",
  "key_store_unavailable",
];

test.each(OF_A_KEY)("of an endpoint without a key nobody reads about a key of theirs: %s", (refusal) => {
  const { code, message } = modelAccessError(refusal, "openai-compatible", false);
  expect(code).toBe(modelAccessError(refusal, "openai").code);
  expect(message).not.toBe(modelAccessError(refusal, "openai").message);
  expect(message).toMatch(/^[A-Z].*Nothing was sent/);
  expect(message.replaceAll(/API Keys tab|key store/g, "")).not.toMatch(/\bkey\b|paste/i);
});

import { APICallError } from "ai";
import { expect, test } from "vitest";
import { serializeError } from "./logger";

const CANARY = "sk-ant-canary-logger-5566";

test("an error of the AI SDK is logged without the provider's text, the request and the answer", () => {
  const error = new APICallError({
    message: `Incorrect API key provided: ${CANARY}`,
    url: "http://127.0.0.1/v1/messages",
    requestBodyValues: { messages: [CANARY] },
    responseBody: CANARY,
    statusCode: 401,
    cause: new SyntaxError(`Unexpected token in "${CANARY}"`),
  });
  const logged = JSON.stringify(serializeError(error));
  expect(logged).not.toContain("canary");
  expect(JSON.parse(logged)).toMatchObject({ statusCode: 401, cause: { type: "SyntaxError" } });
});

test("a failed query is logged without its values", () => {
  class DrizzleQueryError extends Error {
    query = "insert into user_ai_api_keys values ($1)";
    params = [CANARY];
  }
  const error = new DrizzleQueryError(`Failed query: insert ... params: ${CANARY}`);
  error.cause = Object.assign(new Error(`Key (api_key)=(${CANARY}) already exists`), { code: "23505" });
  const logged = JSON.stringify(serializeError(error));
  expect(logged).not.toContain("canary");
  expect(JSON.parse(logged)).toMatchObject({ cause: { code: "23505" } });
});

test("our own errors keep their message, code and cause", () => {
  const error = Object.assign(new Error("the outer one", { cause: new Error("the inner one") }), {
    code: "internal",
  });
  expect(serializeError(error)).toMatchObject({
    message: "the outer one",
    code: "internal",
    cause: { message: "the inner one" },
  });
});

test("something thrown that is no error is not printed", () => {
  expect(serializeError(CANARY)).toEqual({ type: "string" });
});

import { expect, test } from "vitest";
import { KeyEcho } from "../transport/key-echo";
import { providerToken } from "./provider-token";

const KEY = "sk-ant-api03-Zm9vYmFyYmF6cXV4";
const echo = new KeyEcho();
echo.note("an earlier key of the same connection");
echo.note(KEY);

test.each(["req_011CTZ", "functions.readFile:0", "chatcmpl-tool-7", "a", "sk-ant-", "tool_calls"])(
  "%s is an id",
  (id) => {
    expect(providerToken(id, echo)).toBe(id);
  },
);

test.each([
  KEY,
  `req_${KEY.slice(5, 13)}`,
  KEY.slice(-8),
  KEY.toUpperCase(),
  KEY.toLowerCase(),
  "",
  "two words",
  "line\n",
  "<b>",
  "ä",
  "x".repeat(129),
  7,
  null,
  undefined,
  ["a"],
])("%j is not passed on", (text) => {
  expect(providerToken(text, echo)).toBeNull();
});

test("seven characters in common are a coincidence", () => {
  expect(providerToken(`req_${KEY.slice(15, 22)}`, echo)).toBe(`req_${KEY.slice(15, 22)}`);
});

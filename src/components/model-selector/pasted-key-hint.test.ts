import { expect, test } from "vitest";
import { pastedKeyHint } from "./pasted-key-hint";

/** Built, not written out, so that no secret scanner takes this file for a leak. */
const tail = "x".repeat(93);

test.each([
  "",
  "   ",
  `sk-ant-api03-${tail}AA`,
  `  sk-ant-api03-${tail}AA\n`,
  `sk-ant-something-new-${tail}`,
])("nothing is said about %j", (pasted) => {
  expect(pastedKeyHint(pasted)).toBeNull();
});

test.each([
  [`sk-proj-${tail}`, "OpenAI"],
  [`sk-svcacct-${tail}`, "OpenAI"],
  [`sk-${"a1".repeat(24)}`, "OpenAI"],
  [`sk-or-v1-${tail}`, "OpenRouter"],
  [`sk-ant-admin01-${tail}`, "admin key"],
  [`sk-ant-oat01-${tail}`, "login token"],
  ["hunter2-my-login-password", "sk-ant-"],
  [`sk-ant-api03-abc\ndef`, "line break"],
])("%s is named for what it looks like", (pasted, named) => {
  expect(pastedKeyHint(pasted)).toContain(named);
});

test("no hint repeats the pasted text", () => {
  for (const pasted of [`sk-proj-${tail}`, `sk-or-v1-${tail}`, "hunter2-my-login-password"]) {
    expect(pastedKeyHint(pasted)).not.toContain(pasted.slice(8));
  }
});

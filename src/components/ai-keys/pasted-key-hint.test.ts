import { expect, test } from "vitest";
import { pastedKeyHint } from "./pasted-key-hint";

/** Built, not written out, so that no secret scanner takes this file for a leak. */
const tail = "x".repeat(93);
const anthropic = { name: "Anthropic", keyPlaceholder: "sk-ant-...", needsAddress: false };
const openai = { name: "OpenAI", keyPlaceholder: "sk-...", needsAddress: false };
const openrouter = { name: "OpenRouter", keyPlaceholder: "sk-or-v1-...", needsAddress: false };
const endpoint = {
  name: "OpenAI-compatible endpoint",
  keyPlaceholder: "The endpoint's key",
  needsAddress: true,
};
const wordy = { name: "Mistral", keyPlaceholder: "The key from Mistral's console", needsAddress: false };

test.each([
  [anthropic, ""],
  [anthropic, "   "],
  [anthropic, `sk-ant-api03-${tail}AA`],
  [anthropic, `  sk-ant-api03-${tail}AA\n`],
  [anthropic, `sk-ant-something-new-${tail}`],
  [openai, `sk-proj-${tail}`],
  [openai, `sk-${"a1".repeat(24)}`],
  [openrouter, `sk-or-v1-${tail}`],
  [endpoint, "anything-at-all"],
  [wordy, "anything-at-all"],
])("nothing is said at %o about %j", (provider, pasted) => {
  expect(pastedKeyHint(pasted, provider)).toBeNull();
});

test.each([
  [anthropic, `sk-proj-${tail}`, "OpenAI"],
  [anthropic, `sk-svcacct-${tail}`, "OpenAI"],
  [anthropic, `sk-${"a1".repeat(24)}`, "OpenAI"],
  [anthropic, `sk-or-v1-${tail}`, "OpenRouter"],
  [anthropic, `sk-ant-admin01-${tail}`, "admin key"],
  [anthropic, `sk-ant-oat01-${tail}`, "login token"],
  [anthropic, "hunter2-my-login-password", "sk-ant-"],
  [anthropic, `sk-ant-api03-abc\ndef`, "line break"],
  [openai, `sk-ant-api03-${tail}`, "an Anthropic key. You can save it, but OpenAI will not accept it."],
  [openai, `sk-or-v1-${tail}`, "OpenRouter"],
  [openai, `sk-admin-${tail}`, "admin key"],
  [openai, "hunter2-my-login-password", "begin with sk-."],
  [openrouter, `sk-proj-${tail}`, "an OpenAI key"],
  [openrouter, "hunter2-my-login-password", "sk-or-v1-"],
  [endpoint, `sk-proj-${tail}`, "would be sent to the address above"],
  [endpoint, "one two three", "line break"],
])("at %o, %s is named for what it looks like", (provider, pasted, named) => {
  expect(pastedKeyHint(pasted, provider)).toContain(named);
});

test("no hint repeats the pasted text", () => {
  for (const pasted of [`sk-proj-${tail}`, `sk-or-v1-${tail}`, "hunter2-my-login-password"]) {
    for (const provider of [anthropic, openai, openrouter, endpoint]) {
      expect(pastedKeyHint(pasted, provider) ?? "").not.toContain(pasted.slice(9));
    }
  }
});

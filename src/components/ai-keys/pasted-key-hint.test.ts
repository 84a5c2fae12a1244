import { expect, test } from "vitest";
import { facts as anthropicFacts } from "@/domain/providers/anthropic/facts";
import { facts as openaiFacts } from "@/domain/providers/openai/facts";
import { facts as endpointFacts } from "@/domain/providers/openai-compatible/facts";
import { facts as openrouterFacts } from "@/domain/providers/openrouter/facts";
import { pastedKeyHint } from "./pasted-key-hint";

/** Built, not written out, so that secret scanners do not report this file. */
const tail = "x".repeat(93);
const anthropic = { ...anthropicFacts, canConnect: false };
const openai = { ...openaiFacts, canConnect: false };
const openrouter = { ...openrouterFacts, canConnect: false };
const endpoint = { ...endpointFacts, canConnect: false };
/** The prefix of its keys is unknown. */
const wordy = { ...anthropic, id: "wordy", keyPlaceholder: "The key from the console", keyForm: null };
const providers = [anthropic, openai, openrouter, endpoint, wordy];

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
  expect(pastedKeyHint(pasted, provider, providers)).toBeNull();
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
  expect(pastedKeyHint(pasted, provider, providers)?.sentence).toContain(named);
});

test.each([
  [anthropic, `sk-proj-${tail}`, openai],
  [openai, `  sk-or-v1-${tail}\n`, openrouter],
  [endpoint, `sk-ant-api03-${tail}`, anthropic],
  [anthropic, `sk-ant-admin01-${tail}`, null],
  [anthropic, "hunter2-my-login-password", null],
])("at %o, %s can be saved for its own provider", (provider, pasted, owner) => {
  expect(pastedKeyHint(pasted, provider, providers)?.owner).toEqual(owner);
});

test("no hint repeats the pasted text", () => {
  for (const pasted of [`sk-proj-${tail}`, `sk-or-v1-${tail}`, "hunter2-my-login-password"]) {
    for (const provider of [anthropic, openai, openrouter, endpoint]) {
      expect(pastedKeyHint(pasted, provider, providers)?.sentence ?? "").not.toContain(pasted.slice(9));
    }
  }
});

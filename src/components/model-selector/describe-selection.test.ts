import { expect, test } from "vitest";
import type { AiKeySummary } from "@/contracts/ai-keys";
import type { ModelSelection } from "@/contracts/model-selection";
import type { ModelGroup } from "@/contracts/models";
import { describeSelection, modelName } from "./describe-selection";

const KEY_ID = "0d9f3a52-6f0c-4b7a-9a51-3f5b1a2c4d6e";

const haiku = (provider: ModelSelection["provider"], keyId?: string): ModelSelection => ({
  provider,
  aiProvider: "anthropic",
  model: "claude-haiku-4-5",
  ...(keyId ? { keyId } : {}),
});
const group = (keyProvider: "platform" | "personal", more: Partial<ModelGroup> = {}): ModelGroup => ({
  keyProvider,
  aiProvider: "anthropic",
  providerName: "Anthropic",
  keyId: keyProvider === "personal" ? KEY_ID : null,
  keyLabel: keyProvider === "personal" ? "Work" : null,
  last4: keyProvider === "personal" ? "wxyz" : null,
  isDefaultKey: keyProvider === "personal",
  reason: null,
  source: "catalog",
  listProblem: null,
  models: [
    {
      id: "claude-haiku-4-5",
      name: "Haiku",
      contextTokens: null,
      price: null,
      description: null,
      reason: null,
    },
  ],
  ...more,
});
const key: AiKeySummary = {
  id: KEY_ID,
  provider: "anthropic",
  label: "Work",
  last4: "wxyz",
  status: "ok",
  kept: "stored",
  isDefault: true,
  disabled: false,
  baseUrl: null,
  health: null,
  lastTestedAt: null,
  lastError: null,
  hasNotice: false,
  previous: null,
  createdAt: "",
  updatedAt: "",
  lastUsedAt: null,
};

test("says which model and that the platform pays", () => {
  expect(describeSelection(haiku("platform"), [group("platform")], [key])).toEqual({
    model: "Haiku",
    payer: "platform",
    last4: null,
    problem: null,
  });
});

test("says which of the person's keys pays", () => {
  const other = group("personal", { keyId: "other", last4: "abcd", isDefaultKey: false });
  expect(describeSelection(haiku("personal"), [group("personal"), other], [key])).toMatchObject({
    payer: "personal",
    last4: "wxyz",
    problem: null,
  });
  expect(describeSelection(haiku("personal", "other"), [group("personal"), other], [key])).toMatchObject({
    last4: "abcd",
    problem: null,
  });
});

test("a selection that cannot be served keeps its name and says why: nothing is switched silently", () => {
  const description = describeSelection(
    haiku("platform"),
    [group("platform", { reason: "This server has no platform key." }), group("personal")],
    [key],
  );
  expect(description.payer).toBe("platform");
  expect(description.problem).toBe("This server has no platform key.");
});

test("a key that is gone is said to be gone, though the person has another", () => {
  const description = describeSelection(haiku("personal", "deleted"), [group("personal")], [key]);
  expect(description).toMatchObject({ last4: null, problem: "The chosen key is gone. Choose another key." });
});

test("a model the platform no longer offers is not passed over in silence", () => {
  const selection = { ...haiku("platform"), model: "claude-opus-4-5" };
  const description = describeSelection(selection, [group("platform")], [key]);
  expect(description.model).toBe("Opus");
  expect(description.problem).toContain("Choose another model");
});

test("a model of one's own key that nobody here knows is the provider's to judge", () => {
  const selection = { ...haiku("personal"), model: "claude-of-next-year" };
  expect(describeSelection(selection, [group("personal")], [key]).problem).toBeNull();
});

test("while the groups are not known there is no alarm", () => {
  expect(describeSelection(haiku("personal"), null, null).problem).toBeNull();
});

test("a model is named by its family when the server says nothing, others by their id", () => {
  expect(modelName("claude-sonnet-4-5")).toBe("Sonnet");
  expect(modelName("openai/gpt-5-mini")).toBe("openai/gpt-5-mini");
});

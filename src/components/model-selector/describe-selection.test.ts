import { expect, test } from "vitest";
import type { AiKeySummary } from "@/contracts/ai-keys";
import type { ModelSelection } from "@/contracts/model-selection";
import type { ModelGroup } from "@/contracts/models";
import { describeSelection, modelName } from "./describe-selection";

const KEY_ID = "0d9f3a52-6f0c-4b7a-9a51-3f5b1a2c4d6e";

const haiku = (payer: ModelSelection["payer"], keyId?: string): ModelSelection => ({
  payer,
  provider: "anthropic",
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
  expiresAt: null,
  isExpired: false,
  madeOn: null,
  rotateAfterDays: null,
  rotateOn: null,
  tripwire: "tell",
  paused: null,
  previous: null,
  createdAt: "",
  updatedAt: "",
  lastUsedAt: null,
};

test("says which model and that the platform pays", () => {
  expect(describeSelection(haiku("platform"), [group("platform")], [key])).toEqual({
    model: "Haiku",
    payer: "platform",
    payerWords: "platform key",
    problem: null,
    warning: null,
  });
});

test("says which of the person's keys pays", () => {
  const other = group("personal", { keyId: "other", last4: "abcd", isDefaultKey: false });
  expect(describeSelection(haiku("person"), [group("personal"), other], [key])).toMatchObject({
    payer: "person",
    payerWords: "your key Work ···wxyz",
    problem: null,
  });
  expect(describeSelection(haiku("person", "other"), [group("personal"), other], [key])).toMatchObject({
    payerWords: "your key Work ···abcd",
    problem: null,
  });
});

test("an unavailable selection keeps its name and says why: nothing is switched silently", () => {
  const description = describeSelection(
    haiku("platform"),
    [group("platform", { reason: "This server has no platform key." }), group("personal")],
    [key],
  );
  expect(description.payer).toBe("platform");
  expect(description.problem).toBe("This server has no platform key.");
});

test("a deleted key is reported as deleted, even if the person has another", () => {
  const description = describeSelection(haiku("person", "deleted"), [group("personal")], [key]);
  expect(description).toMatchObject({
    payerWords: "your key",
    problem: "The chosen key or endpoint is gone. Choose another model.",
  });
});

test("a model the platform no longer offers is reported", () => {
  const selection = { ...haiku("platform"), model: "claude-opus-4-5" };
  const description = describeSelection(selection, [group("platform")], [key]);
  expect(description.model).toBe("Opus");
  expect(description.problem).toContain("Choose another model");
});

test("an unknown model on a personal key is left to the provider to accept or reject", () => {
  const selection = { ...haiku("person"), model: "claude-of-next-year" };
  expect(describeSelection(selection, [group("personal")], [key]).problem).toBeNull();
});

test("there is no problem while the groups are loading", () => {
  expect(describeSelection(haiku("person"), null, null).problem).toBeNull();
});

test.each(["invalid", "no_credit", "forbidden"] as const)(
  "a key that was %s recently gets a warning, and is not blocked",
  (outcome) => {
    const refused = { ...key, health: { outcome, at: "2026-01-01T00:00:00.000Z" } };
    const description = describeSelection(haiku("person"), [group("personal")], [refused]);
    expect(description.problem).toBeNull();
    expect(description.warning).toContain("Your key was recently rejected");
    expect(describeSelection(haiku("platform"), [group("platform")], [refused]).warning).toBeNull();
    const keyless = { ...refused, last4: "" };
    expect(describeSelection(haiku("person"), [group("personal")], [keyless]).warning).toMatch(
      /^Your endpoint recently .*\.$/,
    );
  },
);

test.each(["ok", "rate_limited", "unreachable", "unknown"] as const)(
  "%s gives no warning about a key",
  (outcome) => {
    const tried = { ...key, health: { outcome, at: "2026-01-01T00:00:00.000Z" } };
    expect(describeSelection(haiku("person"), [group("personal")], [tried]).warning).toBeNull();
  },
);

test("a model has the name the server gives it, from any key source", () => {
  expect(modelName("claude-haiku-4-5", "anthropic", [group("platform")])).toBe("Haiku");
  expect(modelName("claude-haiku-4-5", "somebody", [group("platform")])).toBe("Haiku");
  const named = group("personal", { aiProvider: "openai" });
  named.models = named.models.map((model) => ({ ...model, id: "gpt-x", name: "GPT X" }));
  expect(modelName("gpt-x", "openai", [named])).toBe("GPT X");
  expect(modelName("gpt-x", "anthropic", [named])).toBe("gpt-x");
});

test("without a name from the server, a model is named by its family, others by their id", () => {
  expect(modelName("claude-sonnet-4-5")).toBe("Sonnet");
  expect(modelName("openai/gpt-5-mini")).toBe("openai/gpt-5-mini");
});

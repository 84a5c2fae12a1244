import { expect, test } from "vitest";
import type { AiKeySummary } from "@/contracts/ai-keys";
import type { ModelOption } from "@/contracts/model-selection";
import { describeSelection, modelName } from "./describe-selection";

const option = (provider: "platform" | "personal", reason: string | null = null): ModelOption => ({
  provider,
  model: "claude-haiku-4-5",
  name: "Haiku",
  label: `Haiku (${provider} key)`,
  description: "Fast.",
  available: reason === null,
  reason,
});
const key: AiKeySummary = {
  id: "k",
  provider: "anthropic",
  label: "Anthropic",
  last4: "wxyz",
  status: "ok",
  createdAt: "",
  updatedAt: "",
  lastUsedAt: null,
};

test("says which model and that the platform pays", () => {
  expect(
    describeSelection({ provider: "platform", model: "claude-haiku-4-5" }, [option("platform")], [key]),
  ).toEqual({
    model: "Haiku",
    payer: "platform",
    last4: null,
    problem: null,
  });
});

test("says which of the person's keys pays", () => {
  expect(
    describeSelection({ provider: "personal", model: "claude-haiku-4-5" }, [option("personal")], [key]),
  ).toEqual({
    model: "Haiku",
    payer: "personal",
    last4: "wxyz",
    problem: null,
  });
});

test("a selection that cannot be served keeps its name and says why: nothing is switched silently", () => {
  const description = describeSelection(
    { provider: "platform", model: "claude-haiku-4-5" },
    [option("platform", "This server has no platform key."), option("personal")],
    [key],
  );
  expect(description.payer).toBe("platform");
  expect(description.problem).toBe("This server has no platform key.");
});

test("a model that is no longer offered is not passed over in silence", () => {
  const description = describeSelection(
    { provider: "personal", model: "claude-opus-4-5" },
    [option("personal")],
    [key],
  );
  expect(description.model).toBe("Opus");
  expect(description.problem).toContain("Choose another model");
});

test("while the options are not known there is no alarm", () => {
  expect(
    describeSelection({ provider: "personal", model: "claude-haiku-4-5" }, null, null).problem,
  ).toBeNull();
});

test("a model is named by its family when the server says nothing", () => {
  expect(modelName("claude-sonnet-4-5")).toBe("Sonnet");
});

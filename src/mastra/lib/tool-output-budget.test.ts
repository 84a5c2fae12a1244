import { expect, test } from "vitest";
import { ToolOutputBudget } from "./tool-output-budget";

test("tools answer a model that reads without end until the budget of the run is used up", () => {
  const budget = new ToolOutputBudget();
  const file = { path: "a.txt", content: "x".repeat(256 * 1024) };
  const answered = Array.from({ length: 100 }, () => budget.begin() && budget.take(file));
  expect(answered.indexOf(false)).toBe(7);
  expect(answered.lastIndexOf(true)).toBe(6);
});

test("calls that answer next to nothing end too", () => {
  const budget = new ToolOutputBudget();
  const answered = Array.from({ length: 2000 }, () => budget.begin() && budget.take({}));
  expect(answered.filter(Boolean)).toHaveLength(1000);
});

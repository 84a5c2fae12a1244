import { expect, test } from "vitest";
import { portableToolName, toolCallName } from "./tool-call-name";

const known = new Set(["readFile", "listFiles"]);

test.each([
  ["readFile", "readFile"],
  [" readFile\n", "readFile"],
  ["functions.readFile", "readFile"],
  ["functions.readFile:0", "readFile"],
  ["default_api:listFiles", "listFiles"],
  ["tools/readFile", "readFile"],
])("%j means the tool %s", (name, meant) => {
  expect(toolCallName(name, known)).toBe(meant);
});

test.each(["x".repeat(130), "run command", "läs", "", "…", "<tool>", "a.b.c", "readfile", "__proto__"])(
  "%j is the name of no tool, in a form every provider takes",
  (name) => {
    const taken = toolCallName(name, known);
    expect(taken).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    expect(known.has(taken)).toBe(false);
    expect(portableToolName(taken)).toBe(taken);
  },
);

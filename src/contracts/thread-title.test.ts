import { expect, test } from "vitest";
import { THREAD_TITLE_MAX_LENGTH } from "./limits";
import { distinctTitle, titleOfQuestion } from "./thread-title";

test("a title is the first words of the question, on one line and not cut inside a character", () => {
  expect(titleOfQuestion("  Build\n\ta counter ")).toBe("Build a counter");
  expect(titleOfQuestion(" \n")).toBe("New thread");
  expect(titleOfQuestion("word ".repeat(40))).toMatch(/^(word )+wor…$|^(word )+word…$/);
  expect(titleOfQuestion("👩‍💻".repeat(70))).toBe(`${"👩‍💻".repeat(59)}…`);
});

test("threads that began alike get titles that differ", () => {
  expect(distinctTitle("Build a counter", ["Something else", "Build a counter, please"])).toBe(
    "Build a counter",
  );
  expect(distinctTitle("Build a counter", ["Build a counter"])).toBe("Build a counter (2)");
  expect(distinctTitle("Build a counter", ["Build a counter (2)", "Build a counter"])).toBe(
    "Build a counter (3)",
  );
  const longest = "x".repeat(THREAD_TITLE_MAX_LENGTH);
  expect(distinctTitle(longest, [longest])).toBe(`${"x".repeat(THREAD_TITLE_MAX_LENGTH - 4)} (2)`);
});

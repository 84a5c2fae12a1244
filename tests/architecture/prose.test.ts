import { expect, test } from "vitest";
import { sourceFiles } from "./source-files";

const COLUMNS = 110;
/** Words that another one has replaced (ARCHITECTURE.md, "Words"). */
const REPLACED = /\b(purses?|reckon(ed|ing)?|endpoints? of one's own)\b/i;

const files = ["src", "scripts", "demo", "bench", "tests"].flatMap((folder) =>
  sourceFiles(folder, { tests: true }),
);

test("comment lines stay within 110 columns", () => {
  const long = files.flatMap(({ path, text }) =>
    text
      .split("\n")
      .flatMap((line, index) =>
        line.length > COLUMNS && /^\s*(\*|\/\/|\/\*)/.test(line) && !line.includes("oxlint-disable")
          ? [`${path}:${index + 1}`]
          : [],
      ),
  );
  expect(long).toEqual([]);
});

test("one word for one thing", () => {
  // This file has to name them.
  const others = files.filter(({ path }) => path !== "tests/architecture/prose.test.ts");
  expect(others.filter(({ text }) => REPLACED.test(text)).map(({ path }) => path)).toEqual([]);
});

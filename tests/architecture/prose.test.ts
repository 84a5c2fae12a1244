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
  const ownWords = (path: string) => path === "tests/architecture/prose.test.ts";
  expect(
    files.filter(({ path, text }) => !ownWords(path) && REPLACED.test(text)).map(({ path }) => path),
  ).toEqual([]);
});

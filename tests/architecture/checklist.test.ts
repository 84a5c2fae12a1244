import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const ROW = /^\| (\d+) \| .+ \| `([^`]+)` \| (.+) \|$/gm;

const rows = [...readFileSync("docs/testing-checklist.md", "utf8").matchAll(ROW)].map(
  ([, line, file, title]) => ({
    line: Number(line),
    file: file ?? "",
    title: title ?? "",
  }),
);

test("each of the 18 lines of the checklist has a test", () => {
  expect([...new Set(rows.map((row) => row.line))]).toEqual(
    Array.from({ length: 18 }, (_, index) => index + 1),
  );
});

test.each(rows)("line $line: the test named for it exists", ({ file, title }) => {
  expect(readFileSync(file, "utf8")).toContain(`"${title}"`);
});

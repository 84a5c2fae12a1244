import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const ROW = /^\| (\d+) \|.*\| ?(?:`([^`|]+)`)? ?\| ?([^|]*?) ?\|$/gm;

const rows = [...readFileSync("docs/what-people-ask-for.md", "utf8").matchAll(ROW)].map(
  ([line, number, file, title]) => ({
    number: Number(number),
    line,
    file: file ?? "",
    title: (title ?? "").trim(),
  }),
);
const covered = rows.filter(({ file }) => file !== "");

test("every line of the sections is answered", () => {
  const lines = Array.from({ length: 42 }, (_, index) => index + 13);
  expect([...new Set(rows.map(({ number }) => number))]).toEqual(lines);
});

test("a line without a test says that nothing is built", () => {
  const others = rows.filter(({ file }) => file === "");
  expect(others.filter(({ line }) => !line.includes("not built"))).toEqual([]);
});

test.each(covered)("line $number: the test named for it exists: $title", ({ file, title }) => {
  expect(title).not.toBe("");
  expect(readFileSync(file, "utf8")).toContain(`"${title}"`);
});

import { expect, test } from "vitest";
import { excerptAround } from "./excerpt-around";

test("a short line is shown whole, a line without the text is not", () => {
  expect(excerptAround("needle", "  a Needle here")).toBe("  a Needle here");
  expect(excerptAround("needle", "hay")).toBeNull();
});

test.each([
  ["at its beginning", 0, 5000],
  ["in its middle", 5000, 5000],
  ["at its end", 5000, 0],
])("of a long line, the part around a text %s is shown", (_name, before, after) => {
  const excerpt = excerptAround("needle", `${"x".repeat(before)}NEEDLE${"y".repeat(after)}`) ?? "";
  expect(excerpt).toContain("NEEDLE");
  expect(excerpt.length).toBeLessThanOrEqual(202);
  expect([excerpt.startsWith("…"), excerpt.endsWith("…")]).toEqual([before > 0, after > 0]);
});

test("characters that are longer in lower case do not shift it", () => {
  expect(excerptAround("needle", `${"İ".repeat(5000)}needle${"İ".repeat(5000)}`)).toContain("needle");
});

test("no character is cut in half", () => {
  for (const shift of ["", "a"]) {
    const excerpt = excerptAround("needle", `${shift}${"😀".repeat(500)}needle${"😀".repeat(500)}`);
    expect(excerpt?.isWellFormed()).toBe(true);
    expect(excerpt).toContain("needle");
  }
});

test("the longest text that can be searched for is shown whole", () => {
  const needle = "n".repeat(200);
  expect(excerptAround(needle, `${"x".repeat(1000)}${needle}${"y".repeat(1000)}`)).toContain(needle);
});

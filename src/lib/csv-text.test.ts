import { describe, expect, it } from "vitest";
import { csvText } from "./csv-text";

describe("a text for a cell of a CSV file", () => {
  it.each([
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["-1", "'-1"],
    ["@SUM(1)", "'@SUM(1)"],
    ["\uFF1D1", "'\uFF1D1"],
    ["\tx", "'\tx"],
    ["\rx", "'\rx"],
    [" =1", " '=1"],
    ["x;=cmd|'/c calc'!A1", "x;'=cmd|'/c calc'!A1"],
    ["x,=1", "x,'=1"],
    ["x\t=1", "x\t'=1"],
    ["x|@y", "x|'@y"],
    ["x\n-1", "x\n'-1"],
    ["x; =1;=2", "x; '=1;'=2"],
    // Written into a file, the quote is two: an empty cell's, where cells are parted by this character.
    ['x;"=1"', 'x;"\'=1"'],
  ])("%j is no formula, wherever cells are parted", (text, expected) => {
    expect(csvText(text)).toBe(expected);
  });

  it.each(["", "Work", "a=b", "a-b; c+d", "ada@example.com", "2026-11-01T00:00:00+05:45", "'=1"])(
    "%j stays as it is",
    (text) => {
      expect(csvText(text)).toBe(text);
    },
  );
});

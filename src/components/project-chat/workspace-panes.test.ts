import { expect, test } from "vitest";
import { describePanes, parsePanes } from "./workspace-panes";

const USUAL = { threads: true, files: true, filesWidth: 40 };

test.each([
  [undefined, USUAL],
  ["", USUAL],
  ["nonsense.<b>", USUAL],
  ["files", { ...USUAL, files: false }],
  ["threads.files.35", { threads: false, files: false, filesWidth: 35 }],
  ["1", { ...USUAL, filesWidth: 20 }],
  ["999", { ...USUAL, filesWidth: 70 }],
  ["1e9", USUAL],
])("the cookie %j means %o", (value, panes) => {
  expect(parsePanes(value)).toEqual(panes);
});

test("panes are found again as they were left", () => {
  for (const panes of [USUAL, { threads: false, files: true, filesWidth: 55 }])
    expect(parsePanes(describePanes(panes))).toEqual(panes);
});

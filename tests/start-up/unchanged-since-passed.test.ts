import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { contentHash } from "../../scripts/lib/content-hash";
import { isUnchangedSincePassed, rememberPassed } from "../../scripts/lib/unchanged-since-passed";

const TESTS = { project: "some", inputs: ["*.ts", "package-lock.json"] };

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "orchestral-unchanged-"));
  writeFileSync(path.join(root, "a.ts"), "1");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const unchanged = () => isUnchangedSincePassed(root, TESTS);
const passed = () => rememberPassed(root, TESTS, contentHash(root, TESTS.inputs));

it("tests run in a fresh clone, and not again once they have passed", () => {
  expect(unchanged()).toBe(false);
  passed();
  expect(unchanged()).toBe(true);
});

it.each([
  ["the content of a file", () => writeFileSync(path.join(root, "a.ts"), "2")],
  ["a file that came", () => writeFileSync(path.join(root, "package-lock.json"), "")],
  ["a file that went", () => rmSync(path.join(root, "a.ts"))],
])("%s has them run again", (_what, change) => {
  passed();
  change();
  expect(unchanged()).toBe(false);
});

it("other files do not matter", () => {
  passed();
  writeFileSync(path.join(root, "notes.md"), "");
  expect(unchanged()).toBe(true);
});

import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isOpenToOthers, makePrivate } from "./private-files";

let place: string;
beforeEach(() => {
  place = mkdtempSync(path.join(tmpdir(), "orchestral-modes-"));
});
afterEach(() => rmSync(place, { recursive: true }));

const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);

test("a folder that others could enter, and files they could read, are for their owner only", () => {
  const dir = path.join(place, "data");
  mkdirSync(path.join(dir, "inner"), { recursive: true });
  const outside = path.join(place, "outside");
  for (const file of [path.join(dir, "file"), path.join(dir, "inner", "program"), outside])
    writeFileSync(file, "");
  chmodSync(dir, 0o755);
  chmodSync(path.join(dir, "inner"), 0o777);
  chmodSync(path.join(dir, "file"), 0o666);
  chmodSync(path.join(dir, "inner", "program"), 0o755);
  chmodSync(outside, 0o644);
  symlinkSync(outside, path.join(dir, "link"));

  expect(isOpenToOthers(dir)).toBe(true);
  makePrivate(dir);
  expect(isOpenToOthers(dir)).toBe(false);
  expect(
    [dir, path.join(dir, "inner"), path.join(dir, "file"), path.join(dir, "inner", "program")].map(modeOf),
  ).toEqual(["700", "700", "600", "700"]);
  expect(modeOf(outside)).toBe("644");
});

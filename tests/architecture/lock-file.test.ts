import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { withoutIntegrity } from "../../scripts/complete-lock.mjs";

test("every package is installed only as the lock file knows it: each has an integrity hash", () => {
  const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as {
    packages: Record<string, { integrity?: string; inBundle?: boolean }>;
  };
  expect(Object.keys(lock.packages).length).toBeGreaterThan(500);
  expect(withoutIntegrity(lock)).toEqual([]);
  const hashes = Object.values(lock.packages).flatMap(({ integrity }) => integrity ?? []);
  expect(hashes.filter((hash) => !/^sha512-[\w+/]{86}==$/.test(hash))).toEqual([]);
});

test("nothing installs dependencies past the lock file", () => {
  expect(readFileSync("scripts/lib/install.mjs", "utf8").match(/npm\(root, \[[^\]]*/g)).toEqual([
    'npm(root, ["ci", ...NPM_FLAGS',
  ]);
});

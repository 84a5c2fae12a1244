import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { contentHash } from "./content-hash";

/** Tests of rarely changed code, with everything they depend on. */
export interface RarelyChanged {
  /** Name of the Vitest project. */
  project: string;
  inputs: readonly string[];
}

/** The provider stand-in against the official clients. A regression also fails the tests that rely on it. */
export const STAND_IN: RarelyChanged = {
  project: "stand-in",
  inputs: ["demo/stand-in/**/*", "src/lib/env.server.ts", "vitest.config.ts", "package-lock.json"],
};

/** Under node_modules: never committed, so a fresh clone runs everything. */
function stampOf(root: string, { project }: RarelyChanged): string {
  return path.join(root, "node_modules/.cache/orchestral/passed", project);
}

/** Whether these tests passed on exactly the current files. */
export function isUnchangedSincePassed(root: string, tests: RarelyChanged): boolean {
  try {
    return readFileSync(stampOf(root, tests), "utf8") === contentHash(root, tests.inputs);
  } catch {
    return false;
  }
}

/** Records that these tests passed. @param hash of the files, taken before they ran */
export function rememberPassed(root: string, tests: RarelyChanged, hash: string): void {
  const stamp = stampOf(root, tests);
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, hash);
}

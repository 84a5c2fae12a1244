import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { contentHash } from "./content-hash";

/** Tests of something that few commits touch, with everything they depend on. */
export interface RarelyChanged {
  /** Name of the Vitest project. */
  project: string;
  inputs: readonly string[];
}

/** The provider stand-in against the official clients. Whoever relies on it fails too if it is not what it was. */
export const STAND_IN: RarelyChanged = {
  project: "stand-in",
  inputs: ["demo/stand-in/**/*", "src/lib/env.server.ts", "vitest.config.ts", "package-lock.json"],
};

/** Below node_modules: nobody commits it, and a fresh clone runs everything. */
function stampOf(root: string, { project }: RarelyChanged): string {
  return path.join(root, "node_modules/.cache/orchestral/passed", project);
}

/** Whether these tests passed on exactly the files that are here. */
export function isUnchangedSincePassed(root: string, tests: RarelyChanged): boolean {
  try {
    return readFileSync(stampOf(root, tests), "utf8") === contentHash(root, tests.inputs);
  } catch {
    return false;
  }
}

/** Remembers that these tests passed on the files whose hash this is: taken before they ran. */
export function rememberPassed(root: string, tests: RarelyChanged, hash: string): void {
  const stamp = stampOf(root, tests);
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, hash);
}

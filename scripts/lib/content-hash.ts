import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

/**
 * One hash of the names and contents of all files that match these patterns.
 *
 * @param leftOut names of files to skip
 */
export function contentHash(root: string, patterns: readonly string[], leftOut?: RegExp): string {
  const hash = createHash("sha256");
  for (const file of globSync(patterns, { cwd: root }).toSorted()) {
    const full = path.join(root, file);
    if (leftOut?.test(file) || !existsSync(full) || !statSync(full).isFile()) continue;
    hash.update(`${file}\0`).update(readFileSync(full)).update("\0");
  }
  return hash.digest("hex");
}

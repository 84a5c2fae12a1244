import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { Variables } from "./env-files";

/**
 * Everything a build is made from. Tests are left out: changing one must not cost a build. So is tsconfig.json, which
 * `next build` itself rewrites.
 */
const SOURCES = [
  "src/**/*",
  "public/**/*",
  "migrations/**/*",
  "next.config.*",
  "postcss.config.*",
  "package.json",
  "package-lock.json",
];
const NOT_BUILT = /\.test\.tsx?$|(^|\/)\./;

/**
 * One value for the content of all sources and the public settings that are baked into the build.
 *
 * @param env the environment the build would run in
 */
export function sourceHash(root: string, env: Variables): string {
  const hash = createHash("sha256");
  for (const file of globSync(SOURCES, { cwd: root }).toSorted()) {
    const full = path.join(root, file);
    if (NOT_BUILT.test(file) || !existsSync(full) || !statSync(full).isFile()) continue;
    hash.update(`${file}\0`).update(readFileSync(full)).update("\0");
  }
  for (const name of Object.keys(env).toSorted()) {
    if (name.startsWith("NEXT_PUBLIC_")) hash.update(`${name}=${env[name]}\0`);
  }
  return hash.digest("hex");
}

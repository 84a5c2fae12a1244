import { createHash } from "node:crypto";
import { contentHash } from "./content-hash";
import type { Variables } from "./env-files";

/**
 * All inputs of a build. Without tests: changing one must not cause a build. Without tsconfig.json, which
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
 * One hash of all sources and the public settings that are baked into the build.
 *
 * @param env the environment of the build
 */
export function sourceHash(root: string, env: Variables): string {
  const hash = createHash("sha256").update(contentHash(root, SOURCES, NOT_BUILT));
  for (const name of Object.keys(env).toSorted()) {
    if (name.startsWith("NEXT_PUBLIC_")) hash.update(`${name}=${env[name]}\0`);
  }
  return hash.digest("hex");
}

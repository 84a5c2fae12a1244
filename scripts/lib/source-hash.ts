import { createHash } from "node:crypto";
import { contentHash } from "./content-hash";
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
  const hash = createHash("sha256").update(contentHash(root, SOURCES, NOT_BUILT));
  for (const name of Object.keys(env).toSorted()) {
    if (name.startsWith("NEXT_PUBLIC_")) hash.update(`${name}=${env[name]}\0`);
  }
  return hash.digest("hex");
}

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, symlinkSync } from "node:fs";
import path from "node:path";

/** The only line in which equal chunks differ. */
const SOURCE_MAP = /^\/\/# sourceMappingURL=.*$/m;

/**
 * Makes equal chunks of a build's server one file, with links in the places of the others. Turbopack writes
 * the same chunk once for each route that needs it, and the server loads all routes as it starts: each copy
 * takes its source in memory, and code. Node loads a file once, by whatever link it is asked for.
 *
 * @returns how many copies became links
 */
export function shareChunks(distDir: string): number {
  let shared = 0;
  for (const folder of ["chunks", "chunks/ssr"]) {
    const place = path.join(distDir, "server", folder);
    if (!existsSync(place)) continue;
    const first = new Map<string, string>();
    for (const entry of readdirSync(place, { withFileTypes: true })) {
      // The runtime looks at where it lies itself.
      if (!entry.isFile() || !entry.name.endsWith(".js") || entry.name.startsWith("[turbopack]")) continue;
      const file = path.join(place, entry.name);
      const text = readFileSync(file, "utf8").replace(SOURCE_MAP, "");
      const hash = createHash("sha256").update(text).digest("hex");
      const same = first.get(hash);
      if (same === undefined) first.set(hash, entry.name);
      else {
        // Never missing, and never half there, for a server that runs on this build.
        symlinkSync(same, `${file}.link`);
        renameSync(`${file}.link`, file);
        shared += 1;
      }
    }
  }
  return shared;
}

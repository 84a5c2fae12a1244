import { buildIfStale } from "../lib/build-if-stale";
import { compiledProgram, SERVER } from "../lib/compile.mjs";
import { withEnvFiles } from "../lib/env-files";

/** `npm run build`: builds when the sources have changed; with `--force` in any case. */
export async function build(root: string, args: readonly string[]): Promise<number> {
  await buildIfStale(root, withEnvFiles(root, process.env), { force: args.includes("--force") });
  // Compiled here too, so that a start compiles nothing: its folder may be read-only.
  for (const program of ["scripts/migrate.ts", SERVER]) await compiledProgram(root, program);
  return 0;
}

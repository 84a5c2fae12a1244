import { buildIfStale } from "../lib/build-if-stale";
import { withEnvFiles } from "../lib/env-files";

/** `npm run build`: builds when the sources have changed; with `--force` in any case. */
export async function build(root: string, args: readonly string[]): Promise<number> {
  await buildIfStale(root, withEnvFiles(root, process.env), { force: args.includes("--force") });
  return 0;
}

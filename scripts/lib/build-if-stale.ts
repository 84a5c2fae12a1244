import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describeEnd, exitCodeOf, isEnding, startNode } from "./children";
import type { Variables } from "./env-files";
import { LaunchError } from "./launch-error";
import { say, sayWhileWaiting, stopwatch } from "./say.mjs";
import { sourceHash } from "./source-hash";

const LABEL = "Build";
const STAMP = "orchestral-build.json";

/** Program of Next's command line. Run with our own Node: its shebang would take whichever is first on the PATH. */
export const NEXT_CLI = "node_modules/next/dist/bin/next";

function stampedHash(distDir: string): string | undefined {
  try {
    const stamp: unknown = JSON.parse(readFileSync(path.join(distDir, STAMP), "utf8"));
    return typeof stamp === "object" && stamp !== null && "sources" in stamp
      ? String(stamp.sources)
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Builds the application unless the last build was made from the same sources and public settings.
 *
 * @throws LaunchError build_failed, after Next's own words were printed
 */
export async function buildIfStale(
  root: string,
  env: Variables,
  options: { force?: boolean } = {},
): Promise<void> {
  const distDir = path.join(root, env.NEXT_DIST_DIR || ".next");
  const sources = sourceHash(root, env);
  // Next writes it last: a build without it was broken off.
  const buildId = path.join(distDir, "BUILD_ID");
  const hasBuild = existsSync(buildId);
  if (!options.force && hasBuild && stampedHash(distDir) === sources) {
    say(LABEL, "up to date");
    return;
  }
  say(
    LABEL,
    hasBuild
      ? "the sources have changed; building again ..."
      : "building; the first time takes a minute or so ...",
  );
  const elapsed = stopwatch();
  const done = sayWhileWaiting(LABEL, "still building");
  const output: Buffer[] = [];
  try {
    const child = startNode(
      [NEXT_CLI, "build"],
      { ...env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
      root,
    );
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk: Buffer) => output.push(chunk));
    if ((await exitCodeOf(child)) !== 0 || !existsSync(buildId)) {
      if (!isEnding()) process.stderr.write(Buffer.concat(output));
      throw new LaunchError(
        "build_failed",
        `The build failed (${describeEnd(child)}); the reason stands above.`,
      );
    }
  } finally {
    done();
  }
  writeFileSync(path.join(distDir, STAMP), `${JSON.stringify({ sources })}\n`);
  say(LABEL, `built in ${elapsed()}`);
}

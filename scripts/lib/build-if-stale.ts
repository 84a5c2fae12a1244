import { existsSync } from "node:fs";
import path from "node:path";
import { describeEnd, exitCodeOf, isEnding, startNode } from "./children";
import type { Variables } from "./env-files";
import { keptBuilds, stampOf, writeStamp } from "./kept-builds";
import { LaunchError } from "./launch-error";
import { say, sayWhileWaiting, stopwatch } from "./say.mjs";
import { shareChunks } from "./share-chunks";
import { sourceHash } from "./source-hash";

const LABEL = "Build";

/** Next's command line. Run with our own Node: its shebang would use the first one on the PATH. */
export const NEXT_CLI = "node_modules/next/dist/bin/next";

/**
 * Builds the application unless a kept build has the same sources and public settings.
 *
 * @throws LaunchError build_failed, after Next's output was printed
 */
export async function buildIfStale(
  root: string,
  env: Variables,
  options: { force?: boolean } = {},
): Promise<void> {
  const distDir = path.join(root, env.NEXT_DIST_DIR || ".next");
  const sources = sourceHash(root, env);
  if (!options.force && stampOf(distDir) === sources) {
    say(LABEL, "up to date");
    return;
  }
  const buildId = path.join(distDir, "BUILD_ID");
  const hasBuild = existsSync(buildId);
  const kept = keptBuilds(root, distDir);
  kept.putAside();
  if (!options.force && kept.takeBack(sources)) {
    say(LABEL, "taken from an earlier build of the same sources");
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
  try {
    shareChunks(distDir);
  } catch (error) {
    // A file system without links: the server takes more memory.
    say(LABEL, `equal files are kept apart: ${error instanceof Error ? error.message : String(error)}`);
  }
  writeStamp(distDir, sources);
  say(LABEL, `built in ${elapsed()}`);
}

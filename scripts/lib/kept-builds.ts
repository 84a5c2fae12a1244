import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";

/** Records the sources of a build. Written last: a build without it is incomplete. */
const STAMP = "orchestral-build.json";
/**
 * Not part of a build: Next's cache speeds up the next one, and the others belong to type checks and `next
 * dev`.
 */
const STAYS = new Set(["cache", "dev", "types"]);
const KEPT = 3;

/** Source hash of the build in this folder; undefined without a complete build. */
export function stampOf(distDir: string): string | undefined {
  try {
    if (!existsSync(path.join(distDir, "BUILD_ID"))) return undefined;
    const stamp: unknown = JSON.parse(readFileSync(path.join(distDir, STAMP), "utf8"));
    return typeof stamp === "object" && stamp !== null && "sources" in stamp
      ? String(stamp.sources)
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Where Node keeps the compiled form of a build's modules. It writes it when a server ends, and the next one
 * starts with three fifths of the processor time. In the build's folder, so that it is removed with it;
 * nowhere if that cannot be written.
 */
export function codeCacheOf(distDir: string): { NODE_COMPILE_CACHE?: string } {
  const folder = path.join(distDir, "code-cache");
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return { NODE_COMPILE_CACHE: folder };
  } catch {
    return {};
  }
}

export function writeStamp(distDir: string, sources: string): void {
  writeFileSync(path.join(distDir, STAMP), `${JSON.stringify({ sources })}\n`);
}

function move(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  // The stamp is removed first and written last, so that an interrupted move is not a build.
  const names = readdirSync(from).filter((name) => name !== STAMP && !STAYS.has(name));
  const stamp = path.join(from, STAMP);
  const held = path.join(to, `${STAMP}.moving`);
  renameSync(stamp, held);
  for (const name of names) {
    rmSync(path.join(to, name), { recursive: true, force: true });
    renameSync(path.join(from, name), path.join(to, name));
  }
  renameSync(held, path.join(to, STAMP));
}

/**
 * The last replaced builds by source hash, so that returning to an earlier state of the sources needs no
 * build. Renamed, never copied.
 */
export function keptBuilds(root: string, distDir: string) {
  const folder = path.join(root, "node_modules", ".cache", "orchestral", "builds", path.basename(distDir));

  return {
    /** Keeps the current build, if it is complete, and deletes the oldest. */
    putAside(): void {
      const sources = stampOf(distDir);
      if (!sources) return;
      const place = path.join(folder, sources);
      rmSync(place, { recursive: true, force: true });
      move(distDir, place);
      const others = readdirSync(folder)
        .map((name) => path.join(folder, name))
        .filter((other) => other !== place)
        .map((other) => ({ other, keptAt: statSync(other).mtimeMs }))
        .toSorted((a, b) => b.keptAt - a.keptAt);
      for (const { other } of others.slice(KEPT - 1)) rmSync(other, { recursive: true, force: true });
      // Later than the last one, even if the clock was set back.
      const now = new Date(Math.max(Date.now(), (others[0]?.keptAt ?? 0) + 1_000));
      utimesSync(place, now, now);
    },

    /** @returns whether there was a kept build of these sources, which is now the current one */
    takeBack(sources: string): boolean {
      const place = path.join(folder, sources);
      if (stampOf(place) !== sources) return false;
      move(place, distDir);
      rmSync(place, { recursive: true, force: true });
      return true;
    },
  };
}

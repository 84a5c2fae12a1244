import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codeCacheOf, keptBuilds, stampOf, writeStamp } from "../../scripts/lib/kept-builds";
import { sourceHash } from "../../scripts/lib/source-hash";

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "orchestral-sources-"));
  mkdirSync(path.join(root, "src/app/[id]"), { recursive: true });
  write("src/app/[id]/page.tsx", "one");
  write("migrations.sql", "not a source");
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const distDir = () => path.join(root, ".next");
const write = (file: string, text: string) => writeFileSync(path.join(root, file), text);

describe("a build", () => {
  it("is stale when a source changed, came, went or moved", () => {
    const seen = new Set([sourceHash(root, {})]);
    write("src/app/[id]/page.tsx", "two");
    seen.add(sourceHash(root, {}));
    write("src/app/style.css", "two");
    seen.add(sourceHash(root, {}));
    rmSync(path.join(root, "src/app/[id]/page.tsx"));
    seen.add(sourceHash(root, {}));
    write("src/app/layout.tsx", "two");
    rmSync(path.join(root, "src/app/style.css"));
    seen.add(sourceHash(root, {}));
    expect(seen.size).toBe(5);
  });

  it("is stale when a public setting changed, and not when a secret did", () => {
    const before = sourceHash(root, { NEXT_PUBLIC_MASTRA_API_URL: "/a", ENCRYPTION_KEY: "1" });
    expect(sourceHash(root, { NEXT_PUBLIC_MASTRA_API_URL: "/a", ENCRYPTION_KEY: "2" })).toBe(before);
    expect(sourceHash(root, { NEXT_PUBLIC_MASTRA_API_URL: "/b" })).not.toBe(before);
  });

  it("is not stale because a test or an editor's hidden file changed", () => {
    const before = sourceHash(root, {});
    write("src/app/page.test.ts", "test");
    write("src/app/.page.tsx.swp", "swap");
    expect(sourceHash(root, {})).toBe(before);
  });
});

/** As `next build` leaves it. */
function build(sources: string): void {
  keptBuilds(root, distDir()).putAside();
  mkdirSync(path.join(distDir(), "server"), { recursive: true });
  mkdirSync(path.join(distDir(), "cache"), { recursive: true });
  write(".next/server/page.js", sources);
  write(".next/cache/of-next", "warm");
  write(".next/BUILD_ID", sources);
  writeStamp(distDir(), sources);
}

describe("a build that another takes the place of", () => {
  it("is reused when the sources are unchanged again, and Next's cache stays in place", () => {
    build("one");
    build("two");
    const kept = keptBuilds(root, distDir());
    kept.putAside();
    expect(stampOf(distDir())).toBeUndefined();
    expect(kept.takeBack("one")).toBe(true);
    expect(stampOf(distDir())).toBe("one");
    expect(readFileSync(path.join(distDir(), "server/page.js"), "utf8")).toBe("one");
    expect(existsSync(path.join(distDir(), "cache/of-next"))).toBe(true);
    expect(kept.takeBack("one"), "there is one of it").toBe(false);
  });

  it("is forgotten after three others", () => {
    for (const sources of ["one", "two", "three", "four", "five"]) build(sources);
    const kept = keptBuilds(root, distDir());
    expect(["one", "two"].map((sources) => kept.takeBack(sources))).toEqual([false, true]);
  });

  it("is not reused if it was interrupted", () => {
    build("one");
    rmSync(path.join(distDir(), "BUILD_ID"));
    keptBuilds(root, distDir()).putAside();
    expect(keptBuilds(root, distDir()).takeBack("one")).toBe(false);
  });
});

it("where a build's folder cannot be written, a server starts without compiled code to read", () => {
  write("file", "not a folder");
  expect(codeCacheOf(path.join(root, "file"))).toEqual({});
  expect(codeCacheOf(distDir())).toEqual({ NODE_COMPILE_CACHE: path.join(distDir(), "code-cache") });
});

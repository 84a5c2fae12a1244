import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sourceHash } from "../../scripts/lib/source-hash";

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "orchestral-sources-"));
  mkdirSync(path.join(root, "src/app/[id]"), { recursive: true });
  write("src/app/[id]/page.tsx", "one");
  write("migrations.sql", "not a source");
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

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

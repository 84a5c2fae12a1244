import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { shareChunks } from "../../scripts/lib/share-chunks";

let distDir: string;
const chunk = (name: string) => path.join(distDir, "server/chunks", name);
const write = (name: string, text: string) =>
  writeFileSync(chunk(name), `${text}\n\n//# sourceMappingURL=${name}.map`);

beforeEach(() => {
  distDir = mkdtempSync(path.join(tmpdir(), "orchestral-chunks-"));
  mkdirSync(path.join(distDir, "server/chunks/ssr"), { recursive: true });
});

afterEach(() => rmSync(distDir, { recursive: true, force: true }));

it("chunks that differ only in the name of their source map are loaded once", () => {
  for (const name of ["a.js", "b.js", "ssr/c.js", "[turbopack]_runtime.js", "[turbopack]_runtime2.js"]) {
    write(name, "module.exports = [1, () => 'the same'];");
  }
  write("other.js", "module.exports = [1, () => 'another'];");
  expect(shareChunks(distDir)).toBe(1);

  const require = createRequire(import.meta.url);
  expect(require(chunk("b.js"))).toBe(require(chunk("a.js")));
  expect(require(chunk("other.js"))[1]()).toBe("another");
  // Pages and routes are loaded by a React of their own.
  expect(require(chunk("ssr/c.js"))).not.toBe(require(chunk("a.js")));
  expect(lstatSync(chunk("[turbopack]_runtime2.js")).isSymbolicLink()).toBe(false);
  expect(readFileSync(chunk("b.js"), "utf8")).toContain("the same");
  expect(shareChunks(distDir)).toBe(0);
  rmSync(path.join(distDir, "server/chunks/ssr"), { recursive: true });
  expect(shareChunks(distDir), "a build without pages").toBe(0);
});

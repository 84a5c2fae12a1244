import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import * as gatewayStub from "./ai-gateway";
import * as zodStub from "./zod";

const require = createRequire(import.meta.url);

/**
 * The names a package imports from another: its stub has to export them, or a build fails after an update.
 */
function importedNames(file: string, from: RegExp): string[] {
  const source = readFileSync(file, "utf8");
  return [...source.matchAll(/^import\s*\{([^}]*)\}\s*from\s*"([^"]+)"/gm)]
    .filter(([, , specifier]) => from.test(specifier ?? ""))
    .flatMap(([, names]) => (names ?? "").split(",").map((name) => name.trim().split(/\s+as\s+/)[0] ?? ""))
    .filter(Boolean);
}

const ai = require.resolve("ai");
const providerUtils = createRequire(ai).resolve("@ai-sdk/provider-utils");

test("offers every name the AI SDK imports from zod/v4", () => {
  const wanted = new Set([...importedNames(ai, /^zod\/v4/), ...importedNames(providerUtils, /^zod\/v4/)]);
  expect(wanted.size).toBeGreaterThan(20);
  expect([...wanted].filter((name) => !(name in zodStub))).toEqual([]);
});

test("offers every name the AI SDK imports from the gateway", () => {
  const wanted = importedNames(ai, /^@ai-sdk\/gateway$/);
  expect(wanted.length).toBeGreaterThan(2);
  expect(wanted.filter((name) => !(name in gatewayStub))).toEqual([]);
});

test("a stream chunk passes the accepting schema unchanged", async () => {
  const chunk = { type: "text-delta", id: "1", delta: "x" };
  expect(await zodStub.safeParseAsync(zodStub.union, chunk)).toEqual({ success: true, data: chunk });
});

test("awaiting a schema does not hang", async () => {
  await expect(Promise.resolve(zodStub.object)).resolves.toBeDefined();
});

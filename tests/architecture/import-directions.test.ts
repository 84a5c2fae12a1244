import { describe, expect, test } from "vitest";
import { type SourceFile, sourceFiles } from "./source-files";

/**
 * A file's folder determines what it may import (ARCHITECTURE.md). For each folder: the project folders it
 * may import from. What is not listed is forbidden, so a new folder has to be added here first.
 */
const MAY_IMPORT: Record<string, readonly RegExp[]> = {
  "src/contracts": [/^src\/contracts\//],
  "src/lib": [/^src\/lib\//, /^src\/contracts\//],
  "src/domain": [/^src\/domain\//, /^src\/lib\//, /^src\/contracts\//],
  "src/mastra": [
    /^src\/mastra/,
    /^src\/domain\/(?!keys\/sources)/,
    /^src\/lib\/(?!encryption)/,
    /^src\/contracts\//,
  ],
  // A program of its own, with the product in Next's bundle beside it: what it imported would be there twice.
  "src/server": [/^src\/server\//, /^src\/lib\/(once-per-process|http\/security-headers)$/],
  // Components run in the browser: contracts, and the part of lib that touches neither Node nor the database.
  "src/components": [
    /^src\/components\//,
    /^src\/contracts\//,
    /^src\/lib\/(cn|theme|http\/(api-client|all-pages)|browser\/)/,
  ],
  "src/app": [
    /^src\/app\//,
    /^src\/components\//,
    /^src\/domain\/(?!keys\/sources)/,
    /^src\/mastra\/app$/,
    /^src\/contracts\//,
    /^src\/lib\/(auth|http)\//,
    /^src\/lib\/db\/check-database$/,
    /^src\/lib\/(cn|theme|logger|app-error|env\.server)/,
  ],
};

/**
 * Inside `domain`, from top to bottom. For each folder: the other folders it may import from. The same
 * applies within the vault again. A folder that is not listed fails, so that a new one has to be added here
 * first.
 */
const DOMAIN: Record<string, readonly string[]> = {
  demo: ["projects", "identity"],
  people: ["spending", "notifications", "vault", "identity"],
  runs: [
    "spending",
    "projects",
    "keys",
    "metering",
    "notifications",
    "models",
    "providers",
    "vault",
    "identity",
  ],
  spending: ["keys", "metering", "notifications", "models", "providers", "vault", "identity"],
  projects: ["vault", "identity"],
  keys: ["metering", "notifications", "models", "providers", "vault", "identity"],
  metering: ["models", "providers", "vault", "identity"],
  models: ["providers", "vault", "identity"],
  providers: ["vault", "identity"],
  notifications: ["vault", "identity"],
  vault: ["identity"],
  identity: [],
};
const VAULT: Record<string, readonly string[]> = {
  rotation: ["counts", "sealing", "data-keys", "audit"],
  counts: ["sealing", "data-keys", "audit"],
  sealing: ["data-keys", "audit"],
  "data-keys": ["audit"],
  authority: ["data-keys", "audit"],
  audit: [],
};

describe.each(Object.entries(MAY_IMPORT))("%s", (folder, allowed) => {
  test("imports only what its place may know", () => {
    const files = sourceFiles(folder);
    expect(files.length).toBeGreaterThan(0);
    const wrong = files.flatMap((file) =>
      file.imports
        .filter((target) => target.startsWith("src/") && !allowed.some((pattern) => pattern.test(target)))
        .map((target) => `${file.path} -> ${target}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe.each([
  ["src/domain", DOMAIN],
  ["src/domain/vault", VAULT],
])("%s", (place, directions) => {
  test("its folders import from above to below", () => {
    const wrong = sourceFiles(place).flatMap((file) => {
      const from = folderOf(file.path, place);
      if (from === null) return [];
      const allowed = directions[from];
      if (!allowed) return [`${file.path} has no place among the directions`];
      return file.imports
        .filter((target) => target.startsWith(`${place}/`))
        .filter((target) => {
          const to = folderOf(target, place);
          return to === null || (to !== from && !allowed.includes(to));
        })
        .map((target) => `${file.path} -> ${target}`);
    });
    expect(wrong).toEqual([]);
  });
});

/** The folder of `place` that contains a path; null for files directly in `place`. */
function folderOf(path: string, place: string): string | null {
  const [first = "", ...rest] = path.slice(place.length + 1).split("/");
  return rest.length > 0 ? first : null;
}

test("no files import each other in a circle", () => {
  expect(importCircles(["src", "scripts", "demo", "bench"].flatMap((folder) => sourceFiles(folder)))).toEqual(
    [],
  );
});

/**
 * Files that reach themselves by imports, types included (Tarjan, "Depth-first search and linear graph
 * algorithms", 1972).
 */
function importCircles(files: readonly SourceFile[]): string[][] {
  const imports = new Map(files.map((file) => [file.path.replace(/\.tsx?$/, ""), file.imports]));
  const index = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];
  function visit(file: string): number {
    const at = index.size;
    index.set(file, at);
    lowest.set(file, at);
    open.push(file);
    for (const target of imports.get(file) ?? []) {
      if (!imports.has(target)) continue;
      if (!index.has(target)) lower(file, visit(target));
      else if (open.includes(target)) lower(file, index.get(target) ?? at);
    }
    const low = lowest.get(file) ?? at;
    if (low === at) {
      const circle = open.splice(open.indexOf(file));
      if (circle.length > 1) circles.push(circle.toSorted());
    }
    return low;
  }
  const lower = (file: string, value: number) => lowest.set(file, Math.min(lowest.get(file) ?? value, value));
  for (const file of imports.keys()) if (!index.has(file)) visit(file);
  return circles;
}

test("contracts depend on zod and nothing else", () => {
  const wrong = sourceFiles("src/contracts").flatMap((file) =>
    file.imports
      .filter((target) => !target.startsWith("src/contracts/") && target !== "zod")
      .map((target) => `${file.path} -> ${target}`),
  );
  expect(wrong).toEqual([]);
});

test("the encryption library could be lifted out: it imports node:crypto, node:util and itself", () => {
  const files = [
    ...sourceFiles("src/lib/encryption"),
    ...sourceFiles("src/lib").filter((file) => file.path === "src/lib/encryption.ts"),
  ];
  expect(files.length).toBeGreaterThan(5);
  const wrong = files.flatMap((file) =>
    file.imports
      .filter(
        (target) =>
          !target.startsWith("src/lib/encryption") &&
          !["node:crypto", "node:util", "node:buffer"].includes(target),
      )
      .map((target) => `${file.path} -> ${target}`),
  );
  expect(wrong).toEqual([]);
});

test("nothing the product serves imports demo, scripts, tests or bench", () => {
  const wrong = sourceFiles("src").flatMap((file) =>
    file.imports
      .filter((target) => /^(demo|scripts|tests|bench)\//.test(target))
      .map((target) => `${file.path} -> ${target}`),
  );
  expect(wrong).toEqual([]);
});

test("what runs on the server says so: database, domain and key code import server-only", () => {
  const pure =
    /^src\/domain\/(identity\/actor|models\/|keys\/(health|model-choices)\/|providers\/failures\/|projects\/project-view|keys\/model-access-error)/;
  const unmarked = sourceFiles("src/domain")
    .filter((file) => touchesServer(file) && !pure.test(file.path))
    .filter((file) => !file.imports.includes("server-only"))
    .map((file) => file.path);
  expect(unmarked).toEqual([]);
});

function touchesServer(file: SourceFile): boolean {
  return file.imports.some(
    (target) => /^src\/lib\/(db|env|encryption|auth)/.test(target) && target !== "src/lib/db/schema",
  );
}

import { describe, expect, test } from "vitest";
import { type SourceFile, sourceFiles } from "./source-files";

/**
 * A file's place tells what it may know (ARCHITECTURE.md). For each folder: the project folders it may import from.
 * What is not listed is forbidden, so a new folder has to find its place here first.
 */
const MAY_IMPORT: Record<string, readonly RegExp[]> = {
  "src/contracts": [/^src\/contracts\//],
  "src/lib": [/^src\/lib\//, /^src\/contracts\//],
  "src/domain": [/^src\/domain\//, /^src\/lib\//, /^src\/contracts\//],
  "src/mastra": [
    /^src\/mastra/,
    /^src\/domain\/(?!key-vault)/,
    /^src\/lib\/(?!encryption)/,
    /^src\/contracts\//,
  ],
  // Components run in the browser: contracts, and the part of lib that touches neither Node nor the database.
  "src/components": [
    /^src\/components\//,
    /^src\/contracts\//,
    /^src\/lib\/(cn|theme|http\/api-client|browser\/)/,
  ],
  "src/app": [
    /^src\/app\//,
    /^src\/components\//,
    /^src\/domain\//,
    /^src\/mastra\/app$/,
    /^src\/contracts\//,
    /^src\/lib\/(auth|http)\//,
    /^src\/lib\/(cn|theme|logger|app-error|env\.server)/,
  ],
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

test("nothing the product serves imports scripts, tests or bench", () => {
  const wrong = sourceFiles("src").flatMap((file) =>
    file.imports
      .filter((target) => /^(scripts|tests|bench)\//.test(target))
      .map((target) => `${file.path} -> ${target}`),
  );
  expect(wrong).toEqual([]);
});

test("what runs on the server says so: database, domain and key code import server-only", () => {
  const pure =
    /^src\/domain\/(actor|model-catalog\/|key-health\/|projects\/project-view|.*-context|model-access\/model-access-error)/;
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

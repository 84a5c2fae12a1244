import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

test("the library imports nothing but node:crypto and itself, so it can be lifted into another application", () => {
  const lib = path.resolve(import.meta.dirname, "..");
  const files = globSync(["encryption.ts", "encryption/**/*.ts"], { cwd: lib })
    .filter((file) => !file.endsWith(".test.ts") && !file.endsWith("test-support.ts"))
    .map((file) => path.join(lib, file));
  expect(files.length).toBeGreaterThan(10);
  const foreign = files.flatMap((file) => {
    const imports = [...readFileSync(file, "utf8").matchAll(/(?:from |import |import\()"([^"]+)"/g)].map(
      ([, name = ""]) => name,
    );
    return imports
      .filter((name) => name !== "node:crypto")
      .filter(
        (name) =>
          !path.resolve(path.dirname(file), name).startsWith(path.join(lib, "encryption")) ||
          !name.startsWith("."),
      )
      .map((name) => `${path.relative(lib, file)}: ${name}`);
  });
  expect(foreign).toEqual([]);
});

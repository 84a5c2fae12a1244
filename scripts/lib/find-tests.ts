import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { LaunchError } from "./launch-error";

type Suite = "unit" | "http" | "browser";

/** The tests of one suite that match a name: files, and which of their tests unless all. */
export interface FoundTests {
  suite: Suite;
  files: string[];
  title?: string;
}

const FILES = ["src/**/*.test.ts", "demo/**/*.test.ts", "tests/**/*.test.ts", "tests/e2e/**/*.spec.ts"];
/** Imports from a test's own folder: batteries hold the tests of several files. */
const BESIDE = /from "(\.\/[\w./-]+)"/g;

/**
 * Finds the tests that match a name: in files with it in their path, else tests with it in their title.
 *
 * @throws LaunchError usage, with a list of the tests
 */
export function findTests(root: string, name: string): FoundTests[] {
  const files = globSync(FILES, { cwd: root }).toSorted();
  const byPath = files.filter((file) => file.toLowerCase().includes(name.toLowerCase()));
  const inTitle = new RegExp(`["\`][^"\`\\n]*${asPattern(name)}`, "i");
  const chosen = byPath.length > 0 ? byPath : files.filter((file) => inTitle.test(textOf(root, file)));
  if (chosen.length === 0) {
    throw new LaunchError(
      "usage",
      `No test file has "${name}" in its path or in a title. There are:\n${listed(files)}`,
    );
  }
  return (["unit", "http", "browser"] as const)
    .map((suite) => ({ suite, files: chosen.filter((file) => suiteOf(file) === suite) }))
    .filter((found) => found.files.length > 0)
    .map((found) => (byPath.length > 0 ? found : { ...found, title: name }));
}

function suiteOf(file: string): Suite {
  if (file.startsWith(path.join("tests", "e2e"))) return "browser";
  return file.startsWith(path.join("tests", "http")) ? "http" : "unit";
}

/** The text of a test file and of the batteries it imports. */
function textOf(root: string, file: string): string {
  const text = readFileSync(path.join(root, file), "utf8");
  const besides = [...text.matchAll(BESIDE)].map(([, place]) =>
    path.join(root, path.dirname(file), `${place}.ts`),
  );
  return [
    text,
    ...besides.filter((each) => each.endsWith("-battery.ts")).map((each) => readFileSync(each, "utf8")),
  ].join("\n");
}

/** Source of a regular expression that matches exactly this text. */
export function asPattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** "  tests/e2e: account, chat, files" */
function listed(files: readonly string[]): string {
  const folders = Map.groupBy(files, (file) => path.dirname(file));
  return Array.from(folders, ([folder, inside]) => {
    const names = inside.map((file) => path.basename(file).replace(/\.(test|spec)\.ts$/, ""));
    return `  ${folder}: ${names.join(", ")}`;
  }).join("\n");
}

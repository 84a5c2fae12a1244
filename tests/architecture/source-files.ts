import { globSync, readFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");

export interface SourceFile {
  /** From the project's root, with forward slashes: `src/lib/secret.ts`. */
  path: string;
  text: string;
  /** What it imports: project files as paths without ending (`src/lib/secret`), packages by name. */
  imports: string[];
}

/**
 * Static imports, re-exports and dynamic imports with a literal. Blind spot: a computed `import(variable)`.
 */
const IMPORT =
  /(?:^|[^\w.])(?:import|export)\s(?:[^"';]*?\sfrom\s)?["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)/gm;

/** Files below `folder`, without tests unless asked for. */
export function sourceFiles(folder: string, options: { tests?: boolean } = {}): SourceFile[] {
  return globSync(`${folder}/**/*.{ts,tsx}`, { cwd: root })
    .map((file) => file.replaceAll(path.sep, "/"))
    .filter((file) => options.tests || !/\.test\.tsx?$|\/test-support\.ts$/.test(file))
    .toSorted()
    .map((file) => {
      const text = readFileSync(path.join(root, file), "utf8");
      return { path: file, text, imports: importsOf(file, text) };
    });
}

function importsOf(file: string, text: string): string[] {
  return [...text.matchAll(IMPORT)].map((match) => resolve(file, match[1] ?? match[2] ?? ""));
}

function resolve(file: string, specifier: string): string {
  if (specifier.startsWith("@/")) return `src/${specifier.slice(2)}`;
  if (specifier.startsWith("."))
    return path.posix.join(path.posix.dirname(file), specifier).replace(/\.tsx?$/, "");
  return specifier;
}

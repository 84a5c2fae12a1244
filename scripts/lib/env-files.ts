import { readFileSync } from "node:fs";
import path from "node:path";
import { parseEnv } from "node:util";

/** Environment variables by name. */
export type Variables = Record<string, string | undefined>;

/** The settings files of an installation; the last one has precedence. Git ignores both. */
const ENV_FILES = [".env", ".env.local"];

/** The settings files of an installation, whether they exist or not. */
export function envFiles(root: string): string[] {
  return ENV_FILES.map((name) => path.join(root, name));
}

/** Variables of one file; none if it does not exist. */
export function readEnvFile(file: string): Variables {
  try {
    return parseEnv(readFileSync(file, "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw error;
  }
}

/** What .env and .env.local set; .env.local wins. */
export function readEnvFiles(root: string): Variables {
  return Object.assign({}, ...envFiles(root).map(readEnvFile));
}

/** The settings of an installation. The process's variables win, even if empty. */
export function withEnvFiles(root: string, given: Variables): Variables {
  return { ...readEnvFiles(root), ...given };
}

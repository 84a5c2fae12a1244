import { readFileSync } from "node:fs";
import path from "node:path";
import { parseEnv } from "node:util";

/** Environment variables by name. */
export type Variables = Record<string, string | undefined>;

/** The settings files of an installation; the last one has precedence. Git ignores both. */
const ENV_FILES = [".env", ".env.local"];

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
  return Object.assign({}, ...ENV_FILES.map((name) => readEnvFile(path.join(root, name))));
}

/** The settings of an installation. The process's variables win, even if empty. */
export function withEnvFiles(root: string, given: Variables): Variables {
  return { ...readEnvFiles(root), ...given };
}

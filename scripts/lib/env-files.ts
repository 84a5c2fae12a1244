import { readFileSync } from "node:fs";
import path from "node:path";
import { parseEnv } from "node:util";
import { errorCode, LaunchError } from "./launch-error";

/** Environment variables by name. */
export type Variables = Record<string, string | undefined>;

/** The settings files of an installation; the last one has precedence. Git ignores both. */
const ENV_FILES = [".env", ".env.local"];

/** Variables of one file; none if it does not exist. @throws LaunchError settings_unreadable */
export function readEnvFile(file: string): Variables {
  try {
    return parseEnv(readFileSync(file, "utf8"));
  } catch (error) {
    if (errorCode(error) === "ENOENT") return {};
    // Served without it, an installation would make itself new secrets.
    throw new LaunchError(
      "settings_unreadable",
      `The settings in ${file} cannot be read (${errorCode(error)}). Let this user read the file, or move its settings into the environment and remove it.`,
      { cause: error },
    );
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

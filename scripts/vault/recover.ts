import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { EncryptionConfigError, type KeyRing, parseKeyRing } from "@/lib/encryption";
import type { BackupKey } from "@/lib/key-backup/backup-payload";
import { combineShares, type RestoredBackup } from "@/lib/key-backup/combine-shares";
import { looksLikeShare, MAX_SHARE_CHARACTERS } from "@/lib/key-backup/share-text";
import { readEnvFile, type Variables, withEnvFiles } from "../lib/env-files";
import { errorCode, LaunchError } from "../lib/launch-error";
import { say, sayPlain } from "../lib/say.mjs";
import { writePrivateFile } from "../lib/secrets-file";
import { asLaunchError } from "./key-backup-failure";
import { keysInEnvironment } from "./keys-in-environment";
import { recordKeyBackup } from "./record-key-backup";

const USAGE =
  "Run it as: npm run vault -- recover --share <file> --share <file> ..., or with --from <folder of shares>; --stdout prints the keys in place of writing them to .env.local.";

const KEY_VARIABLES = ["ENCRYPTION_KEYS", "ENCRYPTION_KEY"] as const;
const MAX_FILES_IN_FOLDER = 1_000;

export interface RecoverOptions {
  /** Files of shares, relative to the installation. */
  shares: string[];
  /** A folder with shares among other files. */
  from: string | null;
  /** Print the line for the settings; write nothing. */
  stdout: boolean;
}

/** @throws LaunchError on what it does not know */
export function parseRecoverArguments(args: readonly string[]): RecoverOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        share: { type: "string", multiple: true, default: [] },
        from: { type: "string" },
        stdout: { type: "boolean", default: false },
      },
    });
    if (values.share.length > 0 === (values.from !== undefined)) {
      throw new Error("Name the shares, either each with --share or their folder with --from.");
    }
    return { shares: values.share, from: values.from ?? null, stdout: values.stdout };
  } catch (error) {
    throw new LaunchError("usage", `${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}

/**
 * Restores the encryption keys of an installation from shares into its .env.local. Existing keys are never
 * replaced.
 *
 * @param root the installation
 * @param given the process's own variables, which win over its files
 * @returns exit code
 * @throws LaunchError
 * @throws EncryptionConfigError if no server starts with the keys in the shares
 */
export async function recover(
  root: string,
  options: RecoverOptions,
  given: Variables = process.env,
): Promise<number> {
  const { files, skipped } =
    options.from === null ? namedFiles(root, options.shares) : filesIn(root, options.from);
  const restored = await combineShares(
    files.map((file) => file.text),
    files.map((file) => file.name),
  ).catch(asLaunchError);
  const value = restored.keys.map(({ id, hex }) => `${id}:${hex}`).join(",");
  parseKeyRing({ ENCRYPTION_KEYS: value });

  const lines = found(restored, skipped);
  if (options.stdout) {
    // As comments, so that the output can be appended to a settings file.
    for (const [label, text] of lines) sayPlain(`# ${label}: ${text}`);
    sayPlain(`ENCRYPTION_KEYS=${value}`);
    return 0;
  }
  for (const [label, text] of lines) say(label, text);
  if (isThereAlready(root, given, restored.keys)) {
    await recordKeyBackup(root, given, {
      action: "key_backup.checked",
      detail: { keys: restored.keys.map((key) => key.id), set: restored.set },
    });
    return 0;
  }
  writeKeys(path.join(root, ".env.local"), value);
  say("Keys", "written to .env.local (readable by you only) as ENCRYPTION_KEYS");
  say("Next", "put the database and BETTER_AUTH_SECRET back, then start: npm start");
  return 0;
}

function found({ keys, set, created, shares, used }: RestoredBackup, skipped: readonly string[]) {
  const ids = keys.map(({ id }, index) => (index === 0 ? `${id} (current)` : id)).join(", ");
  const lines: [string, string][] = [
    ["Shares", `${used.join(", ")} of ${shares}, set ${set}`],
    ["Made", created],
    ["Key ids", ids],
  ];
  if (skipped.length > 0) lines.push(["Left out", `${skipped.join(", ")} (no share in it)`]);
  return lines;
}

interface ShareFile {
  /** As the person wrote it. */
  name: string;
  text: string;
}

interface ShareFiles {
  files: ShareFile[];
  /** Names of files in the folder without a share. */
  skipped: string[];
}

function namedFiles(root: string, names: readonly string[]): ShareFiles {
  return { files: names.map((name) => readShare(path.resolve(root, name), name)), skipped: [] };
}

function filesIn(root: string, folder: string): ShareFiles {
  const files: ShareFile[] = [];
  const skipped: string[] = [];
  for (const name of namesIn(path.resolve(root, folder), folder)) {
    const file = readShare(path.resolve(root, folder, name), name);
    if (looksLikeShare(file.text)) files.push(file);
    else skipped.push(name);
  }
  if (files.length === 0) throw new LaunchError("usage", `There is no key share in ${folder}.\n${USAGE}`);
  return { files, skipped };
}

function namesIn(folder: string, shown: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
      .map((entry) => entry.name)
      .toSorted()
      .slice(0, MAX_FILES_IN_FOLDER);
  } catch (error) {
    throw new LaunchError(
      "usage",
      `${shown} is not a folder that can be read (${errorCode(error)}).\n${USAGE}`,
      {
        cause: error,
      },
    );
  }
}

/** Does not read a file larger than any share: its text is empty, which is not a share. */
function readShare(file: string, name: string): ShareFile {
  try {
    // UTF-8 takes at most three bytes for a UTF-16 unit.
    const tooLarge = statSync(file).size > MAX_SHARE_CHARACTERS * 3;
    return { name, text: tooLarge ? "" : readFileSync(file, "utf8") };
  } catch (error) {
    throw new LaunchError(
      "usage",
      `${name} cannot be read (${errorCode(error)}); check its name.\n${USAGE}`,
      {
        cause: error,
      },
    );
  }
}

/**
 * True if all of these keys are in the settings, perhaps with newer ones.
 *
 * @throws LaunchError if there are other keys that a restored ring would replace, or that would override it
 */
function isThereAlready(root: string, given: Variables, keys: readonly BackupKey[]): boolean {
  const env = withEnvFiles(root, given);
  const present = KEY_VARIABLES.filter((name) => env[name]);
  if (present.length === 0) {
    const hiding = KEY_VARIABLES.find((name) => given[name] === "");
    if (hiding === undefined) return false;
    throw new LaunchError(
      "usage",
      `${hiding} is set to nothing in the environment, which hides what .env.local says. Unset it (unset ${hiding}), then run this again.`,
    );
  }
  const where = present.map((name) => `${name} in ${placeOf(root, given, name)}`).join(" and ");
  const existing = keysInEnvironment(readRing(env, where));
  const missing = keys.filter((key) => !existing.some(({ id, hex }) => id === key.id && hex === key.hex));
  if (missing.length === 0) {
    const more = existing.length > keys.length ? ", with more keys beside them" : "";
    say("Keys", `already there (${where}${more}); nothing was changed`);
    return true;
  }
  throw new LaunchError(
    "usage",
    `There are other keys already: ${where} (key ids ${idsOf(existing)}). Nothing was changed.
If they were only made by a first start and nothing is saved under them, remove that setting and run this again.
${howToKeepBoth(existing, missing)}`,
  );
}

/** Sealed values refer to their key by its id, so ids cannot be changed to avoid a conflict. */
function howToKeepBoth(existing: readonly BackupKey[], missing: readonly BackupKey[]): string {
  const clashing = missing.filter((key) => existing.some(({ id }) => id === key.id));
  return clashing.length === 0
    ? "If something is saved under them, add the restored keys to the end of ENCRYPTION_KEYS by hand, with the ids they have: --stdout prints them."
    : `If something is saved under them, restore into an installation of its own: both have other keys under the same id (${idsOf(clashing)}), and a ring holds one of a kind.`;
}

function idsOf(keys: readonly BackupKey[]): string {
  return keys.map((key) => key.id).join(", ");
}

function readRing(env: Variables, where: string): KeyRing {
  try {
    return parseKeyRing(env);
  } catch (error) {
    if (!(error instanceof EncryptionConfigError)) throw error;
    throw new LaunchError(
      "usage",
      `There are keys already that cannot be used: ${where}. ${error.message}\nNothing was changed. Correct the setting, or remove it if nothing is saved under its keys, then run this again.`,
      { cause: error },
    );
  }
}

function placeOf(root: string, given: Variables, name: string): string {
  if (given[name] !== undefined) return "the environment";
  return readEnvFile(path.join(root, ".env.local"))[name] === undefined ? ".env" : ".env.local";
}

/**
 * Adds the ring to the settings, which hold no keys. Removes empty settings of the same name, which could
 * override it.
 */
function writeKeys(file: string, value: string): void {
  const before = textOf(file)
    .split("\n")
    .filter((line) => !/^\s*(?:export\s+)?ENCRYPTION_KEYS?\s*=\s*(?:""|'')?\s*$/.test(line))
    .join("\n")
    .replace(/\n*$/, "\n");
  const note = "# Restored from key shares.\n";
  const text = `${before.trim() === "" ? "" : `${before}\n`}${note}ENCRYPTION_KEYS=${value}\n`;
  try {
    writePrivateFile(file, text);
  } catch (error) {
    throw new LaunchError(
      "usage",
      `${file} cannot be written (${errorCode(error)}). Nothing was changed; make it writable, or use --stdout.`,
      { cause: error },
    );
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return "";
    throw error;
  }
}

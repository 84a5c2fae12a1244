import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { parseKeyRing } from "@/lib/encryption";
import type { BackupKey } from "@/lib/key-backup/backup-payload";
import { combineShares } from "@/lib/key-backup/combine-shares";
import { makeShares, type ShareOptions } from "@/lib/key-backup/make-shares";
import { type Variables, withEnvFiles } from "../lib/env-files";
import { errorCode, LaunchError } from "../lib/launch-error";
import { say, sayPlain } from "../lib/say.mjs";
import { writePrivateFile } from "../lib/secrets-file";
import { asLaunchError } from "./key-backup-failure";
import { keysInEnvironment } from "./keys-in-environment";
import { recordKeyBackup } from "./record-key-backup";

const USAGE =
  "Run it as: npm run vault -- backup --out <empty folder> [--shares 5] [--threshold 3], or with --print in place of --out.";

export interface BackupOptions extends ShareOptions {
  /** Folder for the shares, relative to the installation; null to ask for it. */
  out: string | null;
  /** Print the shares; write no file. */
  print: boolean;
}

/** @throws LaunchError on what it does not know */
export function parseBackupArguments(args: readonly string[]): BackupOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        out: { type: "string" },
        print: { type: "boolean", default: false },
        shares: { type: "string", default: "5" },
        threshold: { type: "string", default: "3" },
      },
    });
    if (values.print && values.out !== undefined) throw new Error("--print and --out exclude each other.");
    return {
      out: values.out ?? null,
      print: values.print,
      shares: wholeNumber("--shares", values.shares),
      threshold: wholeNumber("--threshold", values.threshold),
    };
  } catch (error) {
    throw new LaunchError("usage", `${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}

function wholeNumber(option: string, text: string): number {
  if (!/^[0-9]{1,3}$/.test(text)) throw new Error(`${option} is a whole number.`);
  return Number(text);
}

/**
 * Splits the encryption keys of this installation into shares, and verifies that they can be restored before
 * it reports success.
 *
 * @param root the installation: its .env and .env.local are read
 * @param given the process's own variables, which win
 * @returns exit code
 * @throws LaunchError
 * @throws EncryptionConfigError if the keys in the environment cannot be used
 */
export async function backup(
  root: string,
  options: BackupOptions,
  given: Variables = process.env,
): Promise<number> {
  const env = withEnvFiles(root, given);
  const elsewhere = await keysElsewhere(env);
  if (!env.ENCRYPTION_KEYS && !env.ENCRYPTION_KEY) throw nothingToBackUp(root, elsewhere);
  const keys = keysInEnvironment(parseKeyRing(env));

  const texts = await makeShares({ keys }, options).catch(asLaunchError);
  if (options.print) {
    await assertRestores(texts, keys, options);
    // A form feed starts a new page, so that each share is printed on its own sheet.
    sayPlain(texts.join("\n\f"));
  } else {
    const folder = path.resolve(root, options.out ?? (await askForFolder()));
    const files = writeShares(folder, texts);
    await assertRestores(
      files.map((file) => readFileSync(file, "utf8")),
      keys,
      options,
    );
    say("Shares", `${texts.length} files in ${folder} (readable by you only)`);
  }
  say("Key ids", keys.map((key) => key.id).join(", "));
  say(
    "Checked",
    `the shares were read back; any ${options.threshold} of ${options.shares} restore these keys`,
  );
  sayElsewhere(elsewhere);
  say("Not in them", "BETTER_AUTH_SECRET, and the database");
  await recordKeyBackup(root, given, {
    action: "key_backup.made",
    detail: { keys: keys.map((key) => key.id), shares: options.shares, threshold: options.threshold },
  });
  say("Next", "give each share to another person or place, then delete the copies here");
  return 0;
}

interface KeyElsewhere {
  id: string;
  store: string;
}

/** Keys that wrap data keys and cannot be exported from their key store. */
async function keysElsewhere(env: Variables): Promise<KeyElsewhere[]> {
  if (!env.KEY_ENCRYPTION_KEYS) return [];
  // The clients of the key stores take a second to load, and most installations have none.
  const { parseKeyEncryptionKeys } = await import("@/lib/key-stores/parse-key-encryption-keys");
  return parseKeyEncryptionKeys(env).keys.filter((key) => key.store !== "environment");
}

function sayElsewhere(keys: readonly KeyElsewhere[]): void {
  for (const { id, store } of keys) {
    say("Not in them", `key "${id}": it cannot leave ${store}; keep it there, and its access`);
  }
}

function nothingToBackUp(root: string, elsewhere: readonly KeyElsewhere[]): LaunchError {
  if (elsewhere.length === 0) {
    return new LaunchError(
      "secrets_missing",
      `There are no encryption keys to back up: neither ENCRYPTION_KEYS nor ENCRYPTION_KEY is set in the environment, or in .env.local of ${root}. Run this where the server has its settings.`,
    );
  }
  const names = elsewhere.map(({ id, store }) => `"${id}" (${store})`).join(", ");
  return new LaunchError(
    "secrets_missing",
    `There are no encryption keys to back up: all keys are kept in key stores, which they cannot leave: ${names}. Protect them there against deletion, and keep the access to them.`,
  );
}

async function askForFolder(): Promise<string> {
  if (!process.stdin.isTTY) throw new LaunchError("usage", `Say where the shares go.\n${USAGE}`);
  const console = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = (await console.question("  Empty folder for the shares: ")).trim();
    if (answer === "") throw new LaunchError("usage", `Say where the shares go.\n${USAGE}`);
    return answer;
  } finally {
    console.close();
  }
}

/** Writes all shares or none. */
function writeShares(folder: string, texts: readonly string[]): string[] {
  assertEmpty(folder);
  const files = texts.map((_, index) =>
    path.join(folder, `orchestral-key-share-${index + 1}-of-${texts.length}.txt`),
  );
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const [index, file] of files.entries()) writePrivateFile(file, texts[index] ?? "");
    return files;
  } catch (error) {
    for (const file of files) rmSync(file, { force: true });
    throw new LaunchError(
      "usage",
      `The shares cannot be written to ${folder} (${errorCode(error)}); name a folder you can write to.`,
      { cause: error },
    );
  }
}

function assertEmpty(folder: string): void {
  try {
    if (readdirSync(folder).length === 0) return;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return;
    throw new LaunchError("usage", `${folder} is not a folder that can be read; name another.`, {
      cause: error,
    });
  }
  throw new LaunchError(
    "usage",
    `${folder} is not empty. Shares of two backups do not work together, so name a new folder or empty this one.`,
  );
}

/**
 * Each share is used in at least one attempt; all come from one split, so any other combination gives the
 * same result.
 */
async function assertRestores(
  texts: readonly string[],
  keys: readonly BackupKey[],
  { threshold }: ShareOptions,
): Promise<void> {
  for (const begin of texts.keys()) {
    const chosen = Array.from({ length: threshold }, (_, step) => texts[(begin + step) % texts.length] ?? "");
    const restored = await combineShares(chosen).catch(asLaunchError);
    if (JSON.stringify(restored.keys) !== JSON.stringify(keys)) {
      throw new LaunchError(
        "usage",
        "The shares were read back and do not restore the keys; destroy them and try again.",
      );
    }
  }
}

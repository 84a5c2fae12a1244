import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { generateEncryptionKey } from "@/lib/encryption";
import type { Variables } from "./env-files";

/** Names of missing secrets that can be generated. Blank counts as missing. */
export function missingSecrets(env: Variables): string[] {
  const has = (name: string) => Boolean(env[name]?.trim());
  return [
    ...(has("ENCRYPTION_KEY") || has("ENCRYPTION_KEYS") || has("KEY_ENCRYPTION_KEYS")
      ? []
      : ["ENCRYPTION_KEY"]),
    ...(has("BETTER_AUTH_SECRET") ? [] : ["BETTER_AUTH_SECRET"]),
  ];
}

/**
 * Generates secrets and adds them to a settings file that only its owner can read. Existing content is kept.
 *
 * @param file created, with its folder, if it does not exist
 * @param names from `missingSecrets`
 * @returns the new secrets by name
 */
export function addSecrets(file: string, names: readonly string[]): Record<string, string> {
  const made = Object.fromEntries(
    names.map((name) => [
      name,
      name === "ENCRYPTION_KEY" ? generateEncryptionKey() : randomBytes(32).toString("base64url"),
    ]),
  );
  const before = existsSync(file) ? readFileSync(file, "utf8").replace(/\n*$/, "\n") : "";
  const lines = Object.entries(made).map(([name, value]) => `${name}=${value}\n`);
  const note =
    "# Made by Orchestral on its first start. Keep a copy: without ENCRYPTION_KEY saved keys cannot be opened.\n";
  writePrivateFile(file, `${before}${before ? "\n" : ""}${note}${lines.join("")}`);
  return made;
}

/** Writes a file that only its owner can read (mode 0600), whole or not at all. */
export function writePrivateFile(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const target = existsSync(file) ? realpathSync(file) : file;
  const draft = `${target}.${process.pid}.draft`;
  writeFileSync(draft, text, { mode: 0o600, flag: "wx" });
  renameSync(draft, target);
}

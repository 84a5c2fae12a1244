// @ts-check
// Brings node_modules up to date with package-lock.json. Runs on any Node from 20 on and without
// dependencies.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { say, sayWhileWaiting, stopwatch } from "./say.mjs";

const LABEL = "Dependencies";
const NPM_FLAGS = ["--loglevel=error", "--no-audit", "--no-fund", "--include=dev"];

/** npm could not install. `message` is for a person. */
export class InstallError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = "InstallError";
    this.code = "install_failed";
  }
}

/**
 * Installs the dependencies unless they already match the lock file.
 *
 * @param {string} root folder of package.json
 * @param {{ quiet?: boolean }} [options] quiet: prints nothing if there is nothing to do
 * @returns {Promise<void>}
 * @throws {InstallError}
 */
export async function installIfNeeded(root, { quiet = false } = {}) {
  if (isInstalled(root)) {
    if (!quiet) say(LABEL, "up to date");
    return;
  }
  const elapsed = stopwatch();
  say(LABEL, "installing with npm ci; the first time this takes a minute or two ...");
  const done = sayWhileWaiting(LABEL, "still installing");
  try {
    await install(root);
  } finally {
    done();
  }
  writeStamp(root);
  say(LABEL, `installed in ${elapsed()}`);
}

/**
 * @param {string} root
 * @returns {boolean} whether node_modules matches package-lock.json on this platform
 */
export function isInstalled(root) {
  // npm writes this file last, so without it the installation is incomplete.
  const installed = readJson(path.join(root, "node_modules", ".package-lock.json"));
  if (!installed) return false;
  const stamp = readJson(stampFile(root));
  if (stamp && stamp.platform !== platform()) return false;
  if (stamp && stamp.lock === lockHash(root)) return true;
  // npm was run by hand. Compare package by package instead of reinstalling everything.
  const same = holds(installed, readJson(path.join(root, "package-lock.json")));
  if (same) writeStamp(root);
  return same;
}

/**
 * @param {any} installed npm's record of node_modules
 * @param {any} wanted the lock file
 * @returns {boolean} whether every wanted package is installed in its version; optional ones may be missing
 */
function holds(installed, wanted) {
  return Object.entries(wanted?.packages ?? {}).every(([place, entry]) => {
    if (place === "") return true;
    const found = installed.packages?.[place];
    return found ? found.version === entry.version : entry.optional === true || entry.devOptional === true;
  });
}

/** @param {string} root */
async function install(root) {
  // npm ci does this too, but fails (ENOTEMPTY) on the remains of an interrupted installation.
  rmSync(path.join(root, "node_modules"), { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  // Nothing but npm ci: it installs what the lock file names, with the hashes in it, or nothing.
  const { ok, errors } = await npm(root, ["ci", ...NPM_FLAGS]);
  if (!ok) throw new InstallError(reasonOf(errors));
}

/**
 * @param {string} errors npm's error output
 * @returns {string}
 */
function reasonOf(errors) {
  if (/ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ECONNRESET|network/i.test(errors)) {
    return `npm could not reach the package registry. Check the network (and "npm config get registry"), then run the command again.\n\n${tail(errors)}`;
  }
  if (/ENOSPC/.test(errors)) {
    return "The disk is full: installing needs about 1.5 GB. Free some space, then run the command again.";
  }
  return `npm could not install the dependencies. In its own words:\n\n${tail(errors)}`;
}

/** @param {string} text */
function tail(text) {
  return text.trim().split("\n").slice(-12).join("\n");
}

/**
 * @param {string} root
 * @param {string[]} args
 * @returns {Promise<{ ok: boolean, errors: string }>}
 */
function npm(root, args) {
  const { command, prefix } = npmCommand();
  return new Promise((resolve) => {
    const child = spawn(command, [...prefix, ...args], {
      cwd: root,
      stdio: ["ignore", "ignore", "pipe"],
      env: environmentFor(root),
      shell: process.platform === "win32" && prefix.length === 0,
    });
    let errors = "";
    let interrupted = false;
    const stop = () => {
      interrupted = true;
      child.kill("SIGTERM");
    };
    process.on("SIGINT", stop).on("SIGTERM", stop);
    child.stderr?.on("data", (chunk) => {
      errors += chunk;
    });
    child.on("error", (error) => resolve({ ok: false, errors: `npm could not be run: ${error.message}` }));
    child.on("close", (code) => {
      process.off("SIGINT", stop).off("SIGTERM", stop);
      if (interrupted) {
        say(LABEL, "stopped half-way; the next start installs again");
        process.exit(130);
      }
      resolve({ ok: code === 0, errors });
    });
  });
}

/** The npm that started us, else the one on the PATH. */
function npmCommand() {
  const { npm_execpath: script, npm_node_execpath: node } = process.env;
  if (script && node && /npm-cli\.[cm]?js$/.test(script) && existsSync(script)) {
    return { command: node, prefix: [script] };
  }
  return { command: "npm", prefix: [] };
}

/** @param {string} root */
function environmentFor(root) {
  const env = { ...process.env };
  // npm ci deletes node_modules, and with it the Node 24 that would otherwise be found first and run npm
  // itself.
  const own = path.join(root, "node_modules", ".bin");
  env.PATH = (env.PATH ?? "")
    .split(path.delimiter)
    .filter((folder) => path.resolve(folder) !== own)
    .join(path.delimiter);
  // With "production" npm would leave out what the build needs.
  env.NODE_ENV = "development";
  return env;
}

/** @param {string} root */
function writeStamp(root) {
  writeFileSync(stampFile(root), `${JSON.stringify({ lock: lockHash(root), platform: platform() })}\n`);
}

/** @param {string} root */
function stampFile(root) {
  return path.join(root, "node_modules", ".orchestral-install.json");
}

/** @param {string} root */
function lockHash(root) {
  return createHash("sha256")
    .update(readFileSync(path.join(root, "package-lock.json")))
    .digest("hex");
}

function platform() {
  return `${process.platform}-${process.arch}`;
}

/**
 * @param {string} file
 * @returns {any}
 */
function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { exitCodeOf, startChild } from "./children";
import { LaunchError } from "./launch-error";
import { say, stopwatch } from "./say.mjs";

const INSTALLED = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

export interface Chromium {
  path: string;
  /** How it was found, for the console. */
  origin: string;
}

/**
 * A Chromium for the browser tests: the one CHROMIUM_PATH names, else the one from an npm package, else an
 * installed one, else Debian's by apt (as root). The package has the headless shell, as Playwright's own
 * browser is: without the windows of a whole browser the tests take half the processor time. And everybody
 * has the same.
 *
 * @throws LaunchError chromium_missing
 */
export async function ensureChromium(): Promise<Chromium> {
  const chromium = fromEnvironment() ?? (await fromPackage()) ?? fromSystem() ?? (await fromApt());
  if (!chromium) throw new LaunchError("chromium_missing", NO_CHROMIUM);
  say("Chromium", `${chromium.path} (${chromium.origin})`);
  return chromium;
}

function fromEnvironment(): Chromium | undefined {
  const given = process.env.CHROMIUM_PATH;
  if (!given) return undefined;
  if (!runs(given)) {
    throw new LaunchError(
      "chromium_missing",
      `CHROMIUM_PATH is ${given}, which does not run. Correct or unset it.`,
    );
  }
  return { path: given, origin: "CHROMIUM_PATH" };
}

function fromSystem(): Chromium | undefined {
  const found = INSTALLED.find((candidate) => existsSync(candidate) && runs(candidate));
  return found ? { path: found, origin: "installed on this machine" } : undefined;
}

async function fromApt(): Promise<Chromium | undefined> {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return undefined;
  say("Chromium", "installing Debian's with apt-get ...");
  const elapsed = stopwatch();
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const args of [["update"], ["install", "--yes", "--no-install-recommends", "chromium"]]) {
    const code = await exitCodeOf(startChild("apt-get", ["-qq", ...args], { env, stdio: "ignore" }));
    if (code !== 0) return undefined;
  }
  const found = fromSystem();
  return found && { ...found, origin: `installed with apt-get in ${elapsed()}` };
}

const NO_CHROMIUM =
  "No Chromium for the browser tests: the one of the npm package @sparticuz/chromium does not run here. Install Chromium or Google Chrome, or set CHROMIUM_PATH to one.";

/** The browser of @sparticuz/chromium, which brings libraries for machines that lack them. */
async function fromPackage(): Promise<Chromium | undefined> {
  const folder = unpackedPackage();
  if (!folder) return undefined;
  const origin = "npm package @sparticuz/chromium";
  const unpacked = path.join(folder, "chromium");
  if (await opensAPage(unpacked)) return { path: unpacked, origin };
  const wrapped = withItsLibraries(folder);
  return (await opensAPage(wrapped))
    ? { path: wrapped, origin: `${origin}, with its own libraries` }
    : undefined;
}

/** The folder of the unpacked package, one for each version. Unpacked beside it first: it is whole. */
function unpackedPackage(): string | undefined {
  const about = path.resolve("node_modules/@sparticuz/chromium/package.json");
  if (!existsSync(about)) return undefined;
  const { version } = JSON.parse(readFileSync(about, "utf8")) as { version: string };
  const folder = path.resolve("node_modules/.cache/orchestral/chromium", version);
  if (existsSync(folder)) return folder;
  mkdirSync(path.dirname(folder), { recursive: true });
  const draft = mkdtempSync(`${folder}-`);
  try {
    if (!unpackInto(draft)) return undefined;
    renameSync(draft, folder);
  } catch (error) {
    // Another run may have unpacked it meanwhile.
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return folder;
}

/** In a process of its own, because the package changes the library path of the process it unpacks in. */
function unpackInto(folder: string): boolean {
  const script =
    'const { default: chromium } = await import("@sparticuz/chromium"); await chromium.executablePath();';
  // It unpacks into the temporary folder; the second variable makes it unpack its libraries too.
  const env = { ...process.env, TMPDIR: folder, AWS_LAMBDA_JS_RUNTIME: "nodejs24.x" };
  const { status } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], { env });
  return status === 0;
}

/** A script that runs the unpacked browser with the libraries unpacked next to it. */
function withItsLibraries(folder: string): string {
  const script = path.join(folder, "with-its-libraries");
  const [libraries, executable] = [path.join(folder, "al2023", "lib"), path.join(folder, "chromium")];
  writeFileSync(script, `#!/bin/sh\nLD_LIBRARY_PATH="${libraries}" exec "${executable}" "$@"\n`);
  chmodSync(script, 0o700);
  return script;
}

/**
 * As the tests start it (playwright.config.ts): the package has no helper for the sandbox, which not every
 * kernel lets it do without.
 */
async function opensAPage(executablePath: string): Promise<boolean> {
  const { chromium } = await import("@playwright/test");
  try {
    const browser = await chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 });
    await browser.newPage();
    await browser.close();
    return true;
  } catch {
    return false;
  }
}

function runs(executable: string): boolean {
  try {
    execFileSync(executable, ["--version"], { stdio: "ignore", timeout: 30_000 });
    return true;
  } catch {
    return false;
  }
}

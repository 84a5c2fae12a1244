import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
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
 * A Chromium for the browser tests: the one CHROMIUM_PATH names, else an installed one, else Debian's by apt
 * (as root), else the one from an npm package.
 *
 * @throws LaunchError chromium_missing
 */
export async function ensureChromium(): Promise<Chromium> {
  const chromium = fromEnvironment() ?? fromSystem() ?? (await fromApt()) ?? fromPackage();
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

/**
 * The browser of @sparticuz/chromium, made for servers without one. It unpacks itself into the temporary
 * folder, with the libraries the machine lacks.
 */
function fromPackage(): Chromium {
  const origin = "npm package @sparticuz/chromium";
  const unpacked = unpack();
  if (!unpacked) throw new LaunchError("chromium_missing", noChromium(`${origin} could not be unpacked`));
  if (runs(unpacked)) return { path: unpacked, origin };
  const wrapped = withItsLibraries(unpacked);
  if (runs(wrapped)) return { path: wrapped, origin: `${origin}, with its own libraries` };
  throw new LaunchError("chromium_missing", noChromium(`${origin} does not run here`));
}

/** In a process of its own, because the package changes the library path of the process it unpacks in. */
function unpack(): string | undefined {
  const script =
    'const { default: chromium } = await import("@sparticuz/chromium"); console.log(await chromium.executablePath());';
  // The variable makes it unpack its libraries too.
  const env = { ...process.env, AWS_LAMBDA_JS_RUNTIME: "nodejs24.x" };
  const { status, stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
    env,
    encoding: "utf8",
  });
  return status === 0 ? stdout.trim() : undefined;
}

/** A script that runs the unpacked browser with the libraries unpacked next to it. */
function withItsLibraries(executable: string): string {
  const folder = path.join(tmpdir(), `orchestral-chromium-${process.getuid?.() ?? 0}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const script = path.join(folder, "chromium");
  const libraries = path.join(tmpdir(), "al2023", "lib");
  writeFileSync(script, `#!/bin/sh\nLD_LIBRARY_PATH="${libraries}" exec "${executable}" "$@"\n`);
  chmodSync(script, 0o700);
  return script;
}

function noChromium(reason: string): string {
  return `No Chromium for the browser tests: ${reason}. Install Chromium or Google Chrome, or set CHROMIUM_PATH to one.`;
}

function runs(executable: string): boolean {
  try {
    execFileSync(executable, ["--version"], { stdio: "ignore", timeout: 30_000 });
    return true;
  } catch {
    return false;
  }
}

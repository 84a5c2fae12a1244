// @ts-check
// Run after changing dependencies (`npm run lock`): makes package-lock.json complete again.
//
// A registry that lags behind may not carry some platforms' builds of a package (the macOS build of a
// compiler, say). `npm install` then leaves them out of the lock file silently, and `npm ci` of npm 11
// rejects that lock file on every machine, even where the missing build is not needed: "EUSAGE ... Missing:
// ... from lock file". This adds each of them as an optional package of its platform. What has no integrity
// hash, because the package is not available yet, is asked for again at each run, and named: a lock file
// with such an entry would accept anything (tests/architecture), so take an older version, or wait.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const SYSTEMS = [
  "aix",
  "android",
  "darwin",
  "freebsd",
  "linux",
  "netbsd",
  "openbsd",
  "openharmony",
  "sunos",
  "win32",
];
const PROCESSORS = [
  "arm",
  "arm64",
  "ia32",
  "loong64",
  "mips64el",
  "ppc64",
  "riscv64",
  "s390x",
  "wasm32",
  "x64",
];
const C_LIBRARIES = new Map([
  ["musl", "musl"],
  ["musleabihf", "musl"],
  ["gnu", "glibc"],
  ["gnueabihf", "glibc"],
]);

/**
 * The platform in a package's name: "@next/swc-linux-x64-musl" is for Linux, x64, musl.
 *
 * @param {string} name
 * @returns {{ os?: string[], cpu?: string[], libc?: string[] }}
 */
export function platformOf(name) {
  const words = name.replace("windows", "win32").split(/[@/_.-]+/);
  const os = words.find((word) => SYSTEMS.includes(word));
  const cpu = words.find((word) => PROCESSORS.includes(word)) ?? (/eabi/.test(name) ? "arm" : undefined);
  const libc = words.map((word) => C_LIBRARIES.get(word)).find(Boolean);
  return { ...(os ? { os: [os] } : {}), ...(cpu ? { cpu: [cpu] } : {}), ...(libc ? { libc: [libc] } : {}) };
}

/**
 * Whether a package at `place` resolves `name` as Node does: in its own folder, then outwards.
 *
 * @param {Record<string, unknown>} packages
 * @param {string} place "" for the project itself
 * @param {string} name
 */
function isLocked(packages, place, name) {
  for (let folder = place; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
    if (`${folder ? `${folder}/` : ""}node_modules/${name}` in packages) return true;
    if (!folder) return false;
  }
}

/**
 * @param {any} lock package-lock.json, changed in place
 * @returns {{ added: string[], unknown: string[] }} names added, and names without a recognizable platform
 */
export function completeLock(lock) {
  /** @type {string[]} */
  const added = [];
  /** @type {string[]} */
  const unknown = [];
  for (const [place, entry] of Object.entries(lock.packages)) {
    for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
      if (isLocked(lock.packages, place, name)) continue;
      const platform = platformOf(name);
      if (!platform.os && !platform.cpu) {
        unknown.push(name);
        continue;
      }
      lock.packages[`node_modules/${name}`] = {
        // In practice the range of a platform's build is one exact version.
        version: range.replace(/^npm:.*@/, "").replace(/^[\s^~<>=]+/, ""),
        // A build for no particular system (wasm32) is never installed automatically.
        os: ["none"],
        ...platform,
        ...(entry.dev ? { dev: true } : {}),
        optional: true,
      };
      added.push(name);
    }
  }
  lock.packages = Object.fromEntries(
    Object.entries(lock.packages).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
  );
  return { added, unknown };
}

/**
 * The packages that npm would install without comparing a hash. Bundled ones come inside another package.
 *
 * @param {any} lock package-lock.json
 * @returns {string[]} their places
 */
export function withoutIntegrity(lock) {
  return Object.entries(lock.packages).flatMap(([place, entry]) =>
    place === "" || entry.integrity || entry.link || entry.inBundle ? [] : [place],
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = path.resolve(process.argv[2] ?? "package-lock.json");
  const read = () => JSON.parse(readFileSync(file, "utf8"));
  /** @param {any} lock */
  const write = (lock) => writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  const before = read();
  const asked = withoutIntegrity(before);
  if (asked.length > 0) {
    for (const place of asked) delete before.packages[place];
    write(before);
    const flags = ["--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"];
    spawnSync("npm", ["install", ...flags], { cwd: path.dirname(file), stdio: "inherit" });
  }
  const lock = read();
  const { added, unknown } = completeLock(lock);
  if (added.length > 0) write(lock);
  console.log(`Packages of other platforms noted in the lock file: ${added.length}`);
  if (unknown.length > 0) {
    console.error(`Not noted, for their name tells no platform: ${unknown.join(", ")}`);
    process.exitCode = 1;
  }
  const unverified = withoutIntegrity(lock);
  if (unverified.length > 0) {
    console.error(
      `The registry does not have these yet, so that they have no integrity hash: ${unverified.join(", ")}`,
    );
    process.exitCode = 1;
  }
}

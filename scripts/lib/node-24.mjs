// @ts-check
// The product runs on Node 24, which npm installs, so that a machine with Node 20 is enough.
import { spawnSync } from "node:child_process";
import { existsSync, realpathSync, rmSync } from "node:fs";
import path from "node:path";

const NEEDED = 24;

/**
 * @param {string} root
 * @returns {string | undefined} a Node that is new enough: the one installed with the dependencies, else the
 *   one running this
 */
export function findNode24(root) {
  const own = path.join(root, "node_modules", ".bin", "node");
  if (existsSync(own)) {
    if (realpathSync(own) === realpathSync(process.execPath) || major(versionOf(own)) >= NEEDED) return own;
    // Built for another C library (Alpine). npm scripts look here first, so it would also shadow a working
    // one.
    rmSync(own);
  }
  return major(process.versions.node) >= NEEDED ? process.execPath : undefined;
}

/** @param {string} node */
function versionOf(node) {
  const { status, stdout } = spawnSync(node, ["--version"], { encoding: "utf8" });
  return status === 0 ? stdout.trim().replace(/^v/, "") : "0";
}

/** @param {string} version */
function major(version) {
  return Number(version.split(".")[0]);
}

import "server-only";
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { environment } from "@/lib/env.server";

/** Name of the file in DATA_DIR by which the command line finds the server that has the embedded database open. */
export const CONTROL_FILE = "vault-control.json";

// On globalThis, because Next bundles this module more than once: the start writes the token, routes compare with it.
const shared = globalThis as typeof globalThis & { orchestralControlToken?: Buffer };

/**
 * Lets the command line of this machine give orders to this server: the embedded database has one owner process. Whoever can
 * read the file (mode 0600, beside the database) could read the database as well. The token lives as long as the process.
 */
export function openControlChannel(): void {
  const { DATABASE_URL, DATA_DIR, HOST, PORT } = environment();
  if (DATABASE_URL !== undefined) return;
  const token = randomBytes(32).toString("base64url");
  const host = HOST === "0.0.0.0" || HOST === "::" ? "127.0.0.1" : HOST;
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${PORT}`;
  const file = path.resolve(DATA_DIR, CONTROL_FILE);
  const draft = `${file}.${process.pid}`;
  // Renamed into place, so that nobody reads half of it, and with its mode from the beginning.
  writeFileSync(draft, `${JSON.stringify({ url, token })}\n`, { mode: 0o600 });
  renameSync(draft, file);
  shared.orchestralControlToken = digest(token);
  process.once("exit", () => rmSync(file, { force: true }));
}

/** @param authorization header of a request: `Bearer <token>` */
export function isControlToken(authorization: string | null): boolean {
  const expected = shared.orchestralControlToken;
  if (!expected || !authorization?.startsWith("Bearer ")) return false;
  return timingSafeEqual(digest(authorization.slice("Bearer ".length)), expected);
}

/** Equal lengths for the comparison. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

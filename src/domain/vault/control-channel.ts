import "server-only";
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { environment } from "@/lib/env.server";
import { logger } from "@/lib/logger";
import { oncePerProcess } from "@/lib/once-per-process";
import { queueAuditEvent } from "./audit/audit-queue";
import { CountedRefusals } from "./audit/counted-refusals";

/** Name of the file in DATA_DIR that tells the command line which server has the embedded database open. */
export const CONTROL_FILE = "vault-control.json";

const shared = oncePerProcess("controlChannel", () => ({
  /** Null before the channel is open. */
  token: null as Buffer | null,
  refusals: new CountedRefusals(),
}));

/**
 * Lets the command line on this machine send commands to this server: only one process can open the embedded
 * database. A user who can read the file (mode 0600, next to the database) could read the database as well.
 * The token is valid for the lifetime of the process.
 */
export function openControlChannel(): void {
  const { DATABASE_URL, DATA_DIR, HOST, PORT } = environment();
  if (DATABASE_URL !== undefined) return;
  const token = randomBytes(32).toString("base64url");
  const host = HOST === "0.0.0.0" || HOST === "::" ? "127.0.0.1" : HOST;
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${PORT}`;
  const file = path.resolve(DATA_DIR, CONTROL_FILE);
  const draft = `${file}.${randomBytes(8).toString("hex")}`;
  const text = `${JSON.stringify({ url, token })}\n`;
  // Renamed into place, so that nobody reads a partial file. A new file ("wx"): an existing one keeps its
  // mode, or may be a link to elsewhere.
  writeFileSync(draft, text, { mode: 0o600, flag: "wx" });
  renameSync(draft, file);
  shared.get().token = digest(token);
  process.once("exit", () => removeIfOurs(file, text));
}

/** A server started since may have put its own file here. */
function removeIfOurs(file: string, text: string): void {
  try {
    if (readFileSync(file, "utf8") === text) rmSync(file, { force: true });
  } catch {
    // It is gone already. The process ends here; a file left behind names a token that is no longer valid.
  }
}

/** @param authorization header of a request: `Bearer <token>` */
export function isControlToken(authorization: string | null): boolean {
  const expected = shared.get().token;
  if (!expected || !authorization?.startsWith("Bearer ")) return false;
  const isIt = timingSafeEqual(digest(authorization.slice("Bearer ".length)), expected);
  if (!isIt) noteRefusal();
  return isIt;
}

/** Guessing must not flood the audit trail. */
function noteRefusal(): void {
  try {
    shared.get().refusals.note("token", (refused) =>
      queueAuditEvent({
        actor: { system: "vault" },
        action: "control_token.refused",
        objectId: CONTROL_FILE,
        detail: { refused },
      }),
    );
  } catch (error) {
    // The request is refused either way, and counted in the next record.
    logger.warn({ err: error }, "a wrong control token could not be recorded");
  }
}

/** Makes both lengths equal for the comparison. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

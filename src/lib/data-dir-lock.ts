import { randomBytes } from "node:crypto";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { z } from "zod";
import { ownProcess, processIdentitySchema, stateOf } from "./process-identity";

/**
 * One process at a time may open the embedded database: PGlite has no lock between processes, and with two of
 * them on one folder the writes of one are lost without an error.
 *
 * A single lock file cannot be taken over from a dead process without a race (two rivals both judge it dead;
 * the slower one removes the lock of the faster). So every process writes a claim under a name that is never
 * reused and then looks for other living claims. Removing a dead claim can never remove a living one, and of
 * two rivals at least one sees the other and steps back.
 */

const CLAIMS_FOLDER = "lock";
/**
 * A holder in another container or on another machine cannot be checked directly; it shows that it lives by
 * touching its claim.
 */
const HEARTBEAT_MS = 5_000;
const SILENT_AFTER_MS = 30_000;
/** Rivals that claim at the same time step back and try again; a claim older than this is simply held. */
const STILL_CLAIMING_MS = 1_000;
const MAX_ATTEMPTS = 8;

const claimSchema = z.object({
  ...processIdentitySchema.shape,
  machine: z.string(),
  claimedAt: z.string(),
});

type Claim = z.output<typeof claimSchema>;

/** Another process has the data folder open. `pid` is its process id, as seen where it runs. */
export class DataDirLockedError extends Error {
  readonly code = "data_dir_locked";
  readonly pid: number;
  readonly dir: string;

  constructor(dir: string, holder: Claim) {
    const elsewhere = stateOf(holder) === "elsewhere";
    const who = elsewhere
      ? `process ${holder.pid} in another container or on another machine (${holder.machine})`
      : `process ${holder.pid}`;
    const next = elsewhere
      ? `Stop it there (a crashed one is forgotten after ${SILENT_AFTER_MS / 1000} seconds)`
      : holder.pid === process.pid
        ? "It is this very process: open the database once and share it"
        : `Stop that process (kill ${holder.pid})`;
    super(`The data folder ${dir} is in use by ${who}. ${next}, or set DATA_DIR to another folder.`);
    this.name = "DataDirLockedError";
    this.pid = holder.pid;
    this.dir = dir;
  }
}

function isAlive(claim: Claim, lastTouchedMs: number): boolean {
  const state = stateOf(claim);
  return state === "elsewhere" ? Date.now() - lastTouchedMs < SILENT_AFTER_MS : state === "alive";
}

/**
 * The claim in a file, or `undefined` if it holds none: files appear whole, so a partial one was left by a
 * power cut.
 */
function parseClaim(text: string): Claim | undefined {
  try {
    return claimSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

interface FoundClaim {
  claim: Claim;
  file: string;
  touchedMs: number;
}

/**
 * Living claims other than `own`. Dead ones are removed: their names are never reused, so this cannot race.
 */
function livingClaims(folder: string, own?: string): FoundClaim[] {
  const found: FoundClaim[] = [];
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    if (!name.endsWith(".json") || file === own) continue;
    try {
      const touchedMs = statSync(file).mtimeMs;
      const claim = parseClaim(readFileSync(file, "utf8"));
      if (claim && isAlive(claim, touchedMs)) found.push({ claim, file, touchedMs });
      else rmSync(file, { force: true });
    } catch (error) {
      // Released between listing and reading. Any other error must not be taken for a free folder.
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    }
  }
  return found;
}

function putDownClaim(folder: string): string {
  const unique = `${process.pid}-${randomBytes(8).toString("hex")}`;
  const draft = path.join(folder, `${unique}.draft`);
  const file = path.join(folder, `${unique}.json`);
  const claim: Claim = {
    ...ownProcess(),
    machine: hostname(),
    claimedAt: new Date().toISOString(),
  };
  // Renamed into place so that no process ever reads a partial claim.
  writeFileSync(draft, `${JSON.stringify(claim, null, 2)}\n`, { flag: "wx", mode: 0o600 });
  renameSync(draft, file);
  return file;
}

function waitMs(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function heldSince(found: FoundClaim): number {
  return Date.now() - Date.parse(found.claim.claimedAt);
}

/**
 * A data folder held by this process. `release` may be called more than once; it also runs when the process
 * exits.
 */
export interface DataDirLock {
  release(): void;
}

/**
 * Takes the data folder for this process; creates the folder if it does not exist. Takes over the claims of
 * dead processes (also killed ones, also if their pid was reused since).
 *
 * @param dir the data folder (DATA_DIR), not the database's folder inside it
 * @throws DataDirLockedError if a living process, including this one, holds the folder
 * @throws the file system's error if the folder cannot be written
 */
export function acquireDataDirLock(dir: string): DataDirLock {
  mkdirSync(path.join(dir, CLAIMS_FOLDER), { recursive: true, mode: 0o700 });
  // Two paths to one folder (a symbolic link) are one folder.
  const folder = realpathSync(path.join(dir, CLAIMS_FOLDER));

  for (let attempt = 1; ; attempt++) {
    const held = livingClaims(folder)[0];
    const file = held ? undefined : putDownClaim(folder);
    const rival = held ?? livingClaims(folder, file)[0];
    if (file && !rival) return holdClaim(file);
    if (file) rmSync(file, { force: true });
    if (
      rival &&
      (attempt === MAX_ATTEMPTS || rival.claim.pid === process.pid || heldSince(rival) > STILL_CLAIMING_MS)
    ) {
      throw new DataDirLockedError(dir, rival.claim);
    }
    waitMs(10 + Math.random() * 40 * attempt);
  }
}

function holdClaim(file: string): DataDirLock {
  const heartbeat = setInterval(() => {
    try {
      utimesSync(file, new Date(), new Date());
    } catch {
      // The folder was removed while held; there is nothing left to protect.
    }
  }, HEARTBEAT_MS);
  heartbeat.unref();

  const release = () => {
    clearInterval(heartbeat);
    process.off("exit", release);
    rmSync(file, { force: true });
  };
  process.once("exit", release);
  return { release };
}

/**
 * Checks, without claiming, whether a living process holds the data folder. For an early message; only
 * `acquireDataDirLock` decides.
 *
 * @throws DataDirLockedError if it is held
 */
export function assertDataDirIsFree(dir: string): void {
  const folder = path.join(dir, CLAIMS_FOLDER);
  let found: FoundClaim[];
  try {
    found = livingClaims(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return;
    throw error;
  }
  if (found[0]) throw new DataDirLockedError(dir, found[0].claim);
}

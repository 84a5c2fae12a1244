import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { z } from "zod";

/** What a process leaves in a file, so that another one can tell whether it still lives. */
export const processIdentitySchema = z.object({
  pid: z.number(),
  /**
   * Start time of the process, as the system reports it: distinguishes it from a later process with its pid.
   */
  processStart: z.string(),
  /**
   * Which boot of which machine, and which process namespace: a pid can be looked up only inside the same
   * one.
   */
  pidSpace: z.string(),
});

export type ProcessIdentity = z.output<typeof processIdentitySchema>;

export function ownProcess(): ProcessIdentity {
  return {
    pid: process.pid,
    processStart: processStart(process.pid) ?? HIDDEN,
    pidSpace: pidSpace(),
  };
}

/** `elsewhere`: in another container or on another machine, where it cannot be looked up. */
export function stateOf(identity: ProcessIdentity): "alive" | "gone" | "elsewhere" {
  if (identity.pidSpace !== pidSpace()) return "elsewhere";
  const started = processStart(identity.pid);
  return started === identity.processStart || started === HIDDEN ? "alive" : "gone";
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return otherwise;
  }
}

let ownPidSpace: string | undefined;

function pidSpace(): string {
  if (ownPidSpace === undefined) {
    const boot = readOr("/proc/sys/kernel/random/boot_id", hostname());
    let namespace = "";
    try {
      namespace = readlinkSync("/proc/self/ns/pid");
    } catch {
      // Not Linux: one process namespace per machine.
    }
    ownPidSpace = `${boot} ${namespace}`;
  }
  return ownPidSpace;
}

/**
 * Placeholder for the start time of a process that exists but whose start time the system does not show us.
 */
const HIDDEN = "hidden";

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/**
 * The start time of the process, as the system writes it; `undefined` if there is no such process (or only
 * its zombie).
 */
function processStart(pid: number): string | undefined {
  if (process.platform === "linux") {
    const stat = readOr(`/proc/${pid}/stat`, "");
    if (!stat) return exists(pid) ? HIDDEN : undefined;
    // The second field is the program's name in parentheses and may itself contain spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state, started] = [fields[0], fields[19]];
    return started === undefined || state === "Z" || state === "X" ? undefined : started;
  }
  try {
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim() || undefined;
  } catch {
    return exists(pid) ? HIDDEN : undefined;
  }
}

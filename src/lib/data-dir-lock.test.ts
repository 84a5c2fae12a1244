import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Readable, Writable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { acquireDataDirLock, assertDataDirIsFree, DataDirLockedError } from "./data-dir-lock";

let dir: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), "orchestral-lock-"));
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(dir, { recursive: true, force: true });
});

/**
 * Another process that is ready to take the lock; on command it prints "held" or the error's code, and stays.
 */
async function waitingRival(): Promise<ChildProcess & { stdin: Writable; stdout: Readable }> {
  const script = `
    const { acquireDataDirLock } = await import(process.env.LOCK_MODULE);
    process.on("SIGTERM", () => process.exit(0));
    process.stdin.once("data", (at) => {
      while (Date.now() < Number(at));
      try { acquireDataDirLock(process.env.LOCK_DIR); console.log("held"); }
      catch (error) { console.log(error.code); }
    });
    console.log("ready");`;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", script], {
    env: { ...process.env, LOCK_DIR: dir, LOCK_MODULE: path.join(import.meta.dirname, "data-dir-lock.ts") },
    stdio: ["pipe", "pipe", "inherit"],
  });
  children.push(child);
  await once(child.stdout, "data");
  return child;
}

/** Longer than sending the command takes, so that all of them compete at the same time. */
const AHEAD_MS = 50;

async function rivalsAtOnce(count: number): Promise<{ child: ChildProcess; answer: string }[]> {
  const rivals = await Promise.all(Array.from({ length: count }, waitingRival));
  const at = Date.now() + AHEAD_MS;
  return Promise.all(
    rivals.map(async (child) => {
      const said = once(child.stdout, "data");
      child.stdin.write(String(at));
      return { child, answer: String(await said).trim() };
    }),
  );
}

async function rival(): Promise<{ child: ChildProcess; answer: string }> {
  const [only] = await rivalsAtOnce(1);
  if (!only) throw new Error("one rival was asked for");
  return only;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = once(child, "exit");
  child.kill(signal);
  await ended;
}

const claims = () => readdirSync(path.join(dir, "lock"));

describe("the lock of the data folder", () => {
  it("refuses a folder another process has open, and says which process and what to do", async () => {
    const { child, answer } = await rival();
    expect(answer).toBe("held");
    const refused = (() => {
      try {
        acquireDataDirLock(dir);
        return undefined;
      } catch (error) {
        return error;
      }
    })();
    expect(refused).toBeInstanceOf(DataDirLockedError);
    expect(refused).toMatchObject({ code: "data_dir_locked", pid: child.pid, dir });
    expect(String(refused)).toContain(`The data folder ${dir} is in use by process ${child.pid}.`);
    expect(String(refused)).toContain("set DATA_DIR to another folder");
    expect(() => assertDataDirIsFree(dir)).toThrow(DataDirLockedError);
  });

  it("is free again after the holder shuts down", async () => {
    const { child } = await rival();
    await end(child, "SIGTERM");
    expect(claims()).toEqual([]);
    acquireDataDirLock(dir).release();
  });

  it("is taken over from a process that was killed with kill -9", async () => {
    const { child } = await rival();
    await end(child, "SIGKILL");
    expect(claims()).toHaveLength(1);
    assertDataDirIsFree(dir);
    const lock = acquireDataDirLock(dir);
    expect(claims()).toHaveLength(1);
    lock.release();
    expect(claims()).toEqual([]);
  });

  it("is taken over when the dead holder's pid now belongs to somebody else", async () => {
    const { child } = await rival();
    const file = path.join(dir, "lock", claims()[0] ?? "");
    const claim = readFileSync(file, "utf8");
    await end(child, "SIGKILL");
    // The same claim with the pid of a process that lives, but began at another time than the claim says.
    writeFileSync(file, claim.replace(`"pid": ${child.pid}`, `"pid": ${process.ppid}`));
    expect(() => acquireDataDirLock(dir).release()).not.toThrow();
  });

  it("goes to exactly one of many processes that start at the same moment", async () => {
    const answers = await rivalsAtOnce(6);
    expect(answers.map(({ answer }) => answer).toSorted()).toEqual([
      ...Array.from({ length: 5 }, () => "data_dir_locked"),
      "held",
    ]);
  });

  it("goes to exactly one of many when all find the lock of a dead process", async () => {
    const { child } = await rival();
    await end(child, "SIGKILL");
    const answers = await rivalsAtOnce(6);
    expect(answers.filter(({ answer }) => answer === "held")).toHaveLength(1);
  });

  it("refuses the same process too: two databases in one process also lose writes", () => {
    const lock = acquireDataDirLock(dir);
    expect(() => acquireDataDirLock(dir)).toThrow(/this very process/);
    lock.release();
    acquireDataDirLock(dir).release();
  });

  it("is the same lock through a symbolic link", () => {
    const link = `${dir}-link`;
    symlinkSync(dir, link);
    const lock = acquireDataDirLock(dir);
    expect(() => acquireDataDirLock(link)).toThrow(DataDirLockedError);
    lock.release();
    rmSync(link);
  });

  it("trusts a holder in another container while its heartbeat continues, and drops it 30 seconds later", () => {
    mkdirSync(path.join(dir, "lock"));
    const file = path.join(dir, "lock", "1-foreign.json");
    const claim = {
      pid: 1,
      processStart: "1",
      pidSpace: "another boot, another namespace",
      machine: "f00dfeed",
      claimedAt: "2026-01-01T00:00:00.000Z",
    };
    writeFileSync(file, JSON.stringify(claim));
    expect(() => acquireDataDirLock(dir)).toThrow(
      /process 1 in another container or on another machine \(f00dfeed\)/,
    );
    const longAgo = new Date(Date.now() - 31_000);
    utimesSync(file, longAgo, longAgo);
    acquireDataDirLock(dir).release();
  });

  it("survives the empty file a power cut can leave behind", () => {
    mkdirSync(path.join(dir, "lock"));
    writeFileSync(path.join(dir, "lock", "77-torn.json"), "");
    acquireDataDirLock(dir).release();
    expect(claims()).toEqual([]);
  });

  it("is free where there is no folder yet", () => {
    const fresh = path.join(dir, "made", "on", "the", "way");
    expect(() => assertDataDirIsFree(fresh)).not.toThrow();
    acquireDataDirLock(fresh).release();
    expect(readdirSync(fresh)).toEqual(["lock"]);
  });
});

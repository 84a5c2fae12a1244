import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { compiledProgram } from "../../scripts/lib/compile.mjs";

const here = import.meta.dirname;
const program = await compiledProgram(
  path.resolve(here, "../.."),
  "tests/start-up/parent-that-starts-a-server.ts",
);
const pidsSchema = z.object({ server: z.number(), grandchild: z.number() });
/** For immediate events on a busy machine. */
const GONE_MS = 15_000;
const started: number[] = [];

afterEach(() => {
  for (const pid of started.splice(0)) if (isAlive(pid)) process.kill(pid, "SIGKILL");
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A zombie has ended, but was not reaped yet.
    return process.platform !== "linux" || !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

async function untilGone(pid: number, withinMs: number): Promise<boolean> {
  for (const deadline = performance.now() + withinMs; performance.now() < deadline; await pause(50)) {
    if (!isAlive(pid)) return true;
  }
  return false;
}

async function startTree(): Promise<{ launcher: ChildProcess; server: number; grandchild: number }> {
  const launcher = spawn(process.execPath, [...program, path.join(here, "stubborn-server.mjs")], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const [line] = await once(launcher.stdout ?? launcher, "data");
  const { server, grandchild } = pidsSchema.parse(JSON.parse(String(line)));
  started.push(launcher.pid ?? 0, server, grandchild);
  return { launcher, server, grandchild };
}

describe("nothing is left running", () => {
  it("after Ctrl-C, not even what the server started itself, and the exit is clean", async () => {
    const { launcher, server, grandchild } = await startTree();
    const [ended, said] = [once(launcher, "exit"), once(launcher, "message")];
    launcher.kill("SIGINT");
    // For whoever would kill a launcher that hangs (end-launcher.mjs).
    expect(await said).toEqual([{ endsWithinMs: 8_000 }, undefined]);
    expect(await ended).toEqual([0, null]);
    expect(isAlive(server)).toBe(false);
    // Killed as the server ended, which takes the kernel a moment.
    expect(await untilGone(grandchild, GONE_MS)).toBe(true);
  });

  it("at once after a second Ctrl-C", async () => {
    const { launcher, server, grandchild } = await startTree();
    const ended = once(launcher, "exit");
    launcher.kill("SIGINT");
    // The same keystroke reaches a launcher up to three times; only a later one counts as a second.
    launcher.kill("SIGINT");
    await pause(2_500);
    launcher.kill("SIGINT");
    // A graceful shutdown, which takes longer, has exit code 0.
    expect(await ended).toEqual([130, null]);
    expect(await untilGone(server, GONE_MS)).toBe(true);
    expect(await untilGone(grandchild, GONE_MS)).toBe(true);
  });

  it("of the server when the launcher is killed with kill -9", async () => {
    const { launcher, server } = await startTree();
    launcher.kill("SIGKILL");
    expect(await untilGone(server, 20_000)).toBe(true);
  });

  it("of what the server started when the server itself dies", async () => {
    const { launcher, server, grandchild } = await startTree();
    const ended = once(launcher, "exit");
    process.kill(server, "SIGKILL");
    expect(await ended).toEqual([3, null]);
    expect(await untilGone(grandchild, GONE_MS)).toBe(true);
  });
});

import { EventEmitter } from "node:events";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { endLauncher } from "../../scripts/lib/end-launcher.mjs";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("a launcher has the time it says its children may take, whatever comes meanwhile, and is killed if it hangs", () => {
  const killed: string[] = [];
  const kill = (signal: string) => killed.push(signal) > 0;
  const launcher = Object.assign(new EventEmitter(), { kill });
  const passOn = endLauncher(launcher as never);
  passOn("SIGTERM");
  launcher.emit("message", { endsWithinMs: 600_000 });
  passOn("SIGINT");
  vi.advanceTimersByTime(624_000);
  expect(killed).toEqual(["SIGTERM", "SIGINT"]);
  vi.advanceTimersByTime(1_000);
  expect(killed).toEqual(["SIGTERM", "SIGINT", "SIGKILL"]);
});

it("one that says nothing is killed after a while", () => {
  const killed: string[] = [];
  const launcher = Object.assign(new EventEmitter(), { kill: (signal: string) => killed.push(signal) > 0 });
  endLauncher(launcher as never)("SIGTERM");
  vi.advanceTimersByTime(25_000);
  expect(killed).toEqual(["SIGTERM", "SIGKILL"]);
});

import path from "node:path";
import { DataDirLockedError } from "@/lib/data-dir-lock";
import { EncryptionConfigError } from "@/lib/encryption";
import { EnvironmentError } from "@/lib/environment-error";
import { endChildren, isEnding } from "./lib/children";
import { endOnSignal } from "./lib/end-on-signal";
import { LaunchError } from "./lib/launch-error";
import { sayFailure } from "./lib/say.mjs";

// Second half of scripts/run.mjs, under Node 24 with the dependencies installed: finds the command, runs it
// and reports its result. A command returns its exit code, or throws.

type Command = (root: string, args: readonly string[]) => Promise<number>;

const commands: Record<string, () => Promise<Command>> = {
  start: async () => (await import("./commands/start")).start,
  demo: async () => (await import("./commands/demo")).demo,
  dev: async () => (await import("./commands/dev")).dev,
  build: async () => (await import("./commands/build")).build,
  test: async () => (await import("./commands/test")).test,
  check: async () => (await import("./commands/check")).check,
  chromium: async () => (await import("./commands/chromium")).chromium,
  bench: async () => (await import("./commands/bench")).bench,
  people: async () => (await import("./commands/people")).people,
  vault: async () => (await import("./commands/vault")).vault,
};

function find(name: string | undefined): () => Promise<Command> {
  const command = name === undefined ? undefined : commands[name];
  if (command) return command;
  const known = Object.keys(commands).join(", ");
  throw new LaunchError("usage", `Say which command to run: node scripts/run.mjs <${known}>.`);
}

/** Errors for a person are printed as they are; anything else is a bug and is reported as one. */
function report(error: unknown): void {
  const expected = [LaunchError, EnvironmentError, EncryptionConfigError, DataDirLockedError].some(
    (type) => error instanceof type,
  );
  const reason = error instanceof Error ? error.message : String(error);
  sayFailure(
    expected
      ? reason
      : `Something unexpected happened: ${reason}\nRun the command again with DEBUG=1 to see where.`,
  );
  if (process.env.DEBUG) {
    for (let cause = error; cause instanceof Error; cause = cause.cause) console.error(cause.stack);
  }
}

const [name, ...args] = process.argv.slice(2);
endOnSignal(name !== undefined && ["start", "demo", "dev"].includes(name) ? 0 : 130);
try {
  const command = await find(name)();
  process.exitCode = await command(path.resolve(import.meta.dirname, ".."), args);
} catch (error) {
  // Ended on purpose: end-on-signal.ts finishes it.
  if (isEnding()) await new Promise<never>(() => undefined);
  report(error);
  process.exitCode = 1;
}
await endChildren();
process.exit();

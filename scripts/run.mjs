// @ts-check
// Entry of every npm script: `node scripts/run.mjs <command>`. Any Node may start it on a machine where
// nothing is installed, so it is plain JavaScript without dependencies; once they are installed, it compiles
// launcher.ts and runs it under Node 24.
import { spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { compiledProgram } from "./lib/compile.mjs";
import { endLauncher } from "./lib/end-launcher.mjs";
import { installIfNeeded } from "./lib/install.mjs";
import { findNode24 } from "./lib/node-24.mjs";
import { sayFailure, sayPlain } from "./lib/say.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

if (Number(process.versions.node.split(".")[0]) < 20) {
  sayFailure(
    `Orchestral needs Node 20 or later to install itself, and this is Node ${process.versions.node}. Install a newer one from https://nodejs.org, then run the command again.`,
  );
  process.exit(1);
}

process.chdir(root);
// The output of `npm run vault` may go into a file or a pipe.
const quiet = ["vault", "people"].includes(process.argv[2] ?? "");
if (!quiet) sayPlain("\nOrchestral\n");
const begin = performance.now();
try {
  await installIfNeeded(root, { quiet });
} catch (error) {
  sayFailure(error instanceof Error ? error.message : String(error));
  if (process.env.DEBUG) console.error(error);
  process.exit(1);
}

const node = findNode24(root);
if (!node) {
  sayFailure(
    `Orchestral runs on Node 24, and npm has none to bring along for this machine (${process.platform} ${process.arch}). Install Node 24 or later from https://nodejs.org, then run the command again.`,
  );
  process.exit(1);
}

const installMs = performance.now() - begin;

const program = await compiledProgram(root, "scripts/launcher.ts").catch((error) => {
  sayFailure(`The launcher does not compile.\n${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});

const launcher = spawn(node, [...program, ...process.argv.slice(2)], {
  cwd: root,
  // The fourth is a channel that closes when this process is killed, so that the launcher notices.
  stdio: ["inherit", "inherit", "inherit", "ipc"],
  env: {
    ...process.env,
    PATH: `${path.join(root, "node_modules", ".bin")}${path.delimiter}${process.env.PATH ?? ""}`,
    ORCHESTRAL_INSTALL_MS: String(Math.round(installMs)),
  },
});

const passOn = endLauncher(launcher);
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
  process.on(signal, passOn);
}

// package.json says `exec node ...`, so that our parent is npm and not a shell that swallows SIGINT.
if (process.env.npm_lifecycle_event) {
  // npm forwards signals, except SIGKILL.
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) passOn("SIGTERM");
  }, 1_000).unref();
}

launcher.on("error", (error) => {
  sayFailure(`Orchestral could not be started with ${node}: ${error.message}`);
  process.exit(1);
});
launcher.on("exit", (code, signal) => {
  process.exit(code ?? (signal === "SIGINT" ? 130 : 1));
});

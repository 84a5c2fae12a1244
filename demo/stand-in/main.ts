/**
 * The stand-in as a process: `npm run demo` and tests compile this file and start it with
 *
 *   --port N               default 0, any free port
 *   --pace P               believable (default), instant, or TTFT_MS,MS_PER_TOKEN such as 30,3
 *   --accept KEY           a further key that works; may be repeated
 *   --accept-prefix TEXT   every key that begins so works
 *   --no-bodies            keep request bodies out of the journal
 *   --no-control           no /__stand-in/ endpoints
 *
 * Prints one line, `{"url":"http://127.0.0.1:..."}`, once it listens. Ends on SIGTERM, SIGINT, and when its
 * parent is gone: standard input (if it is a pipe) or the IPC channel closes.
 */
import { fstatSync } from "node:fs";
import { parseArgs } from "node:util";
import { startProviderStandIn } from "./provider-stand-in";
import type { Pace } from "./scripted-model";

function paceFrom(text: string): Pace {
  if (text === "believable" || text === "instant") return text;
  const [, ttftMs, msPerToken] = /^(\d+(?:\.\d+)?),(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (!ttftMs || !msPerToken) fail("--pace is believable, instant, or two numbers such as 30,3.");
  return { ttftMs: Number(ttftMs), msPerToken: Number(msPerToken) };
}

function portFrom(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) fail("--port is a number from 0 to 65535.");
  return port;
}

function fail(message: string): never {
  process.stderr.write(`Provider stand-in: ${message}\n`);
  process.exit(2);
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        port: { type: "string", default: "0" },
        pace: { type: "string", default: "believable" },
        accept: { type: "string", multiple: true, default: [] },
        "accept-prefix": { type: "string", multiple: true, default: [] },
        "no-bodies": { type: "boolean", default: false },
        "no-control": { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

const given = readArguments();
const keys = new Set(given.accept);
const prefixes = given["accept-prefix"];
const port = portFrom(given.port);
const standIn = await startProviderStandIn({
  port,
  pace: paceFrom(given.pace),
  acceptedKeys: (key) => keys.has(key) || prefixes.some((prefix) => key.startsWith(prefix)),
  keepBodies: !given["no-bodies"],
  control: !given["no-control"],
}).catch((error: NodeJS.ErrnoException) =>
  fail(error.code === "EADDRINUSE" ? `port ${port} is in use; choose another with --port.` : error.message),
);

const end = () => void standIn.close().finally(() => process.exit(0));
process.once("SIGTERM", end);
process.once("SIGINT", end);
process.once("disconnect", end);
const stdin = fstatSync(0);
// A terminal or /dev/null says nothing about the parent, and /dev/null would end at once.
if (stdin.isFIFO() || stdin.isSocket()) process.stdin.once("end", end).once("close", end).resume();

process.stdout.write(`${JSON.stringify({ url: standIn.url })}\n`);

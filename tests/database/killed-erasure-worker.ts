import { Worker } from "node:worker_threads";

/**
 * A separate process that deletes secrets in the embedded database, and is killed (SIGKILL: nothing
 * is cleaned
 * up) at once, or so many milliseconds after it began to erase them, by a thread of its own: the database
 * works in the main one.
 */
const { databaseConnection } = await import("@/lib/db/client");
const connection = await databaseConnection();
for (const statement of JSON.parse(process.env["STATEMENTS"] ?? "[]") as string[]) {
  await connection.query(statement);
}
const afterMs = Number(process.env["KILL_AFTER_MS"]);
if (afterMs === 0) process.kill(process.pid, "SIGKILL");
const killer = new Worker(
  `const { workerData, parentPort } = require("node:worker_threads");
   parentPort.postMessage("ready");
   Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, workerData);
   process.kill(process.pid, "SIGKILL");`,
  { eval: true, workerData: afterMs },
);
killer.once("message", () => void eraseWithoutEnd());

async function eraseWithoutEnd(): Promise<void> {
  for (;;) await connection.erase({ always: true });
}

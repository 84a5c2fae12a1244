import "server-only";
import { parentPort } from "node:worker_threads";
import { type CipherJob, type CipherResult, runCipherJob } from "./cipher-job";

// The thread of cipher-thread.ts: reports that it is ready, then does one job after the other. An exception
// ends it.
parentPort?.on("message", (job: CipherJob) => say(runCipherJob(job)));
say("ready");

function say(message: CipherResult | "ready"): void {
  // oxlint-disable-next-line require-post-message-target-origin -- a thread has none
  parentPort?.postMessage(message);
}

import "server-only";
import { Worker } from "node:worker_threads";
import { logger } from "@/lib/logger";
import { type Cipher, cipherHere } from "./cipher-here";
import type { CipherJob, CipherResult } from "./cipher-job";

/** Unbundled source is TypeScript in the thread as well. */
const OF_SOURCE = import.meta.url.endsWith(".ts") && process.env["NEXT_RUNTIME"] === undefined;

interface Waiting {
  resolve(result: CipherResult): void;
  reject(error: Error): void;
}

/**
 * A second thread for the cipher work of one run: it opens and seals values while this thread reads, writes
 * and serves requests. It gets no environment, no database and no key store: only keys, as handles, and
 * sealed values.
 *
 * If it ends unexpectedly, its jobs fail, and so does the run, which is retried with a new thread. If no
 * thread can be started, the jobs run on this one.
 */
export class CipherThread implements Cipher {
  // Started early, so that it is ready for the first job.
  readonly #worker: Promise<Worker | null> = this.#start();
  /** In the order of the jobs, which is also the order of the answers. */
  readonly #waiting: Waiting[] = [];
  #ended: Error | null = null;

  async run(job: CipherJob): Promise<CipherResult> {
    if (job.values.length === 0) return [];
    const worker = await this.#worker;
    if (!worker) return cipherHere.run(job);
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(this.#ended);
      this.#waiting.push({ resolve, reject });
      // oxlint-disable-next-line require-post-message-target-origin -- a thread has none
      worker.postMessage(job);
    });
  }

  /** Terminates the thread; its current work is lost. */
  async close(): Promise<void> {
    this.#end(new Error("the cipher thread was ended"));
    await (await this.#worker)?.terminate();
  }

  async #start(): Promise<Worker | null> {
    try {
      const worker = startWorker();
      const ready = new Promise((resolve, reject) => {
        worker.once("message", resolve);
        worker.once("error", reject);
        worker.once("exit", () => reject(new Error("the thread ended before it was ready")));
      });
      // Does not keep the process alive.
      worker.unref();
      await ready;
      worker.on("message", (result: CipherResult) => this.#waiting.shift()?.resolve(result));
      worker.on("error", (error) => this.#end(new Error("the cipher thread failed", { cause: error })));
      worker.on("exit", () => this.#end(new Error("the cipher thread ended")));
      return worker;
    } catch (error) {
      logger.warn(
        { err: error },
        "no thread could be started for the cipher; the server's own does its work",
      );
      return null;
    }
  }

  #end(reason: Error): void {
    this.#ended ??= reason;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#ended);
  }
}

function startWorker(): Worker {
  return new Worker(new URL("./cipher-worker.ts", import.meta.url), {
    name: "cipher",
    env: {},
    ...(OF_SOURCE ? { execArgv: ["--conditions=react-server", "--import=tsx"] } : {}),
  });
}

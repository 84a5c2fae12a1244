import "server-only";
import { Worker } from "node:worker_threads";
import { logger } from "@/lib/logger";
import { type Cipher, cipherHere } from "./cipher-here";
import type { CipherJob, CipherResult } from "./cipher-job";

/** Source that was not bundled is TypeScript to the thread as well. */
const OF_SOURCE = import.meta.url.endsWith(".ts") && process.env["NEXT_RUNTIME"] === undefined;

interface Waiting {
  resolve(result: CipherResult): void;
  reject(error: Error): void;
}

/**
 * A second thread for the cipher of one run: values are opened and sealed in it while this one reads, writes and answers
 * people. It is given no environment, no database and no key store: only keys, as handles, and sealed values.
 *
 * If it ends by itself, its jobs fail, and so does the run, which is tried again with a new one. If none can be started, the
 * jobs are done in this thread.
 */
export class CipherThread implements Cipher {
  // Begun at once, so that it is there when the first job comes.
  readonly #worker: Promise<Worker | null> = this.#start();
  /** In the order of the jobs, which is that of the answers. */
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

  /** Ends the thread; what it was doing is lost. */
  async close(): Promise<void> {
    this.#end(new Error("the cipher's thread was ended"));
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
      // A process that ends does not wait for it.
      worker.unref();
      await ready;
      worker.on("message", (result: CipherResult) => this.#waiting.shift()?.resolve(result));
      worker.on("error", (error) => this.#end(new Error("the cipher's thread failed", { cause: error })));
      worker.on("exit", () => this.#end(new Error("the cipher's thread ended")));
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

import "server-only";
import { type CipherJob, type CipherResult, runCipherJob } from "./cipher-job";
import { yieldToOthers } from "./in-parallel";

/** Where the cipher work of a run is done. */
export interface Cipher {
  /** @throws if the job was not done; nothing is known about its values then */
  run(job: CipherJob): Promise<CipherResult>;
  close(): Promise<void>;
}

/** This many values take about as long as one response of the server. */
const VALUES_BEFORE_YIELDING = 20;

/** On this thread, with pauses for other work. */
export const cipherHere: Cipher = {
  async run(job) {
    const results: CipherResult = [];
    for (let from = 0; from < job.values.length; from += VALUES_BEFORE_YIELDING) {
      results.push(
        ...runCipherJob({ ...job, values: job.values.slice(from, from + VALUES_BEFORE_YIELDING) }),
      );
      // oxlint-disable-next-line no-await-in-loop -- the point of it
      await yieldToOthers();
    }
    return results;
  },
  close: () => Promise.resolve(),
};

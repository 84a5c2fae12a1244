import "server-only";
import { logger } from "./logger";

/** Something a server does again and again beside answering requests. */
export interface RepeatedWork {
  /** Safe on several servers at once. @param stopping aborted when the server ends: begin nothing more */
  work: (stopping: AbortSignal) => Promise<unknown>;
  everyMs: number;
  /** For the log. The next turn tries again. */
  failure: string;
  /** Not right at the start, but after the first pause. */
  isPatient?: boolean;
}

/**
 * Does each of them now and again. A turn that takes longer than its pause leaves the next one out.
 *
 * @returns stops them; a turn that is under way ends by itself
 */
export function repeatWork(all: readonly RepeatedWork[]): () => void {
  const stopping = new AbortController();
  const timers = all.map((each) => {
    let isRunning = false;
    const turn = async () => {
      if (isRunning) return;
      isRunning = true;
      try {
        await each.work(stopping.signal);
      } catch (error) {
        logger.warn({ err: error }, `${each.failure}; retrying later`);
      } finally {
        isRunning = false;
      }
    };
    if (!each.isPatient) void turn();
    return setInterval(() => void turn(), each.everyMs).unref();
  });
  return () => {
    stopping.abort();
    for (const timer of timers) clearInterval(timer);
  };
}

import "server-only";
import { logger } from "@/lib/logger";
import { closeAuditQueue, onAuditEventsWritten, openAuditQueue } from "./audit-queue";
import { AUDIT_CHAIN_BATCH, type AuditMacKeys, chainAuditEvents } from "./chain-audit-events";
import { noteFirstHead } from "./first-noted-head";
import { readNotedHead } from "./noted-head";

/** Records written by transactions and by other servers do not notify this loop. */
const LOOK_EVERY_MS = 2_000;
const MAX_BACKOFF_MS = 30_000;
/** Whoever ships the log elsewhere has a head from there with each line. */
const LOG_HEAD_EVERY_MS = 5 * 60_000;

interface AuditChaining {
  /**
   * Stops the loop, refuses new events, writes the queue and chains once more. Call it last, before the
   * database closes. If a key store is down, records stay unchained until the next start.
   *
   * @throws AuditUnavailable when queued events could not be written
   */
  stop(): Promise<void>;
}

/**
 * Chains audit records in the background: after each write of the queue, and every two seconds; less often
 * while it fails. One per process.
 */
export function startAuditChaining(keys: AuditMacKeys): AuditChaining {
  const loop = {
    wanted: false,
    stopped: false,
    failures: 0,
    /** Whether a head is noted outside the database, if there is one. */
    hasHead: false,
    loggedAt: -Infinity,
    loggedMac: "",
  };
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function chainAll(): Promise<void> {
    try {
      if (!loop.hasHead) await noteFirstHead(keys);
      loop.hasHead = true;
      let chained: number;
      do {
        loop.wanted = false;
        chained = await chainAuditEvents(keys);
      } while (!loop.stopped && (loop.wanted || chained === AUDIT_CHAIN_BATCH));
      if (loop.failures > 0) logger.info("audit records are chained again");
      loop.failures = 0;
      if (performance.now() - loop.loggedAt >= LOG_HEAD_EVERY_MS) await logHead();
    } catch (error) {
      loop.failures += 1;
      if (loop.failures === 1) logger.error({ err: error }, "audit records cannot be chained; will retry");
    }
  }

  /** Logs the head if it has moved since the last time. */
  async function logHead(): Promise<void> {
    const head = await readNotedHead((id) => keys.find(id));
    loop.loggedAt = performance.now();
    if (!head || head.mac === loop.loggedMac) return;
    loop.loggedMac = head.mac;
    logger.info({ seq: Number(head.seq), mac: head.mac }, "head of the audit chain");
  }

  function run(): void {
    loop.wanted = true;
    if (running || loop.stopped) return;
    clearTimeout(timer);
    running = chainAll().finally(() => {
      running = undefined;
      const delay = Math.min(LOOK_EVERY_MS * 2 ** loop.failures, MAX_BACKOFF_MS);
      if (!loop.stopped) timer = setTimeout(run, delay).unref();
    });
  }

  openAuditQueue();
  // After a failure only the timer retries: a busy server would otherwise flood a key store that is down.
  onAuditEventsWritten(() => {
    if (loop.failures === 0) run();
  });
  run();

  return {
    async stop() {
      loop.stopped = true;
      onAuditEventsWritten(undefined);
      clearTimeout(timer);
      // First: an unwritten event is lost with the process; an unchained record is chained at the next start.
      try {
        await closeAuditQueue();
      } finally {
        await running;
      }
      try {
        await chainAuditEvents(keys);
        await logHead();
      } catch (error) {
        logger.warn({ err: error }, "the last audit records will be chained at the next start");
      }
    },
  };
}

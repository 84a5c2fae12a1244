import "server-only";
import { randomUUID } from "node:crypto";
import { database } from "@/lib/db/client";
import { auditEventsTable } from "@/lib/db/schema";
import { logger } from "@/lib/logger";
import { oncePerProcess } from "@/lib/once-per-process";
import { AuditUnavailable } from "./audit-errors";
import { type AuditEvent, auditEventColumns } from "./audit-event";

const WRITE_AFTER_MS = 500;
const BATCH = 200;
const MAX_WAITING = 50_000;
/** Ordinary events take some 200 bytes; this holds when every one of them carries a large detail. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;
const MAX_BACKOFF_MS = 30_000;

interface QueuedEvent {
  row: typeof auditEventsTable.$inferInsert;
  bytes: number;
}

interface AuditQueue {
  /** Oldest first. An event leaves when the database has it. */
  waiting: QueuedEvent[];
  bytes: number;
  /** Failed writes in a row. */
  failures: number;
  writing?: Promise<void>;
  timer?: NodeJS.Timeout;
  written?: () => void;
  /** The process ends: what came in now would be lost. */
  closed?: boolean;
}

const shared = oncePerProcess("auditQueue", (): AuditQueue => ({ waiting: [], bytes: 0, failures: 0 }));

function auditQueue(): AuditQueue {
  return shared.get();
}

/**
 * Records an event without making the caller wait: it is kept in memory and written with others within half a second. While
 * the database cannot be written to, events are kept and tried again. A crash of the process loses those not yet written.
 *
 * @throws AuditUnavailable when 50,000 events (or 64 MiB) wait already, or the process ends; do not go on with what was to be
 *   recorded
 * @throws InvalidAuditEvent
 */
export function queueAuditEvent(event: AuditEvent): void {
  const queue = auditQueue();
  const columns = auditEventColumns(event);
  const bytes = Buffer.byteLength(JSON.stringify(columns), "utf8");
  const isFull = queue.waiting.length >= MAX_WAITING || queue.bytes + bytes > MAX_WAITING_BYTES;
  if (queue.closed || isFull) {
    throw new AuditUnavailable(queue.waiting.length);
  }
  // A copy: the caller may go on using its detail. The id is made here, so that a second try cannot write a second row.
  const row = { ...structuredClone(columns), id: randomUUID(), at: new Date() };
  queue.waiting.push({ row, bytes });
  queue.bytes += bytes;
  schedule(queue);
}

/**
 * Takes no more events and writes everything that waits. For a shutdown, before the database closes: a request that is still
 * served when the process has to end is refused what it could leave no record of.
 *
 * @throws AuditUnavailable when a write failed
 */
export async function closeAuditQueue(): Promise<void> {
  auditQueue().closed = true;
  await flushAuditEvents();
}

/** Takes events (again). */
export function openAuditQueue(): void {
  delete auditQueue().closed;
}

/**
 * Writes everything that waits, now.
 *
 * @throws AuditUnavailable when a write failed; the events are kept
 */
export async function flushAuditEvents(): Promise<void> {
  const queue = auditQueue();
  // A write under way may be about to fail for a reason that has passed.
  await queue.writing?.catch(() => undefined);
  try {
    while (queue.waiting.length > 0) await write(queue);
  } catch (error) {
    throw new AuditUnavailable(queue.waiting.length, { cause: error });
  }
}

/** Calls `listener` after each batch the database took, whichever bundle wrote it. One listener; undefined removes it. */
export function onAuditEventsWritten(listener: (() => void) | undefined): void {
  const queue = auditQueue();
  if (listener) queue.written = listener;
  else delete queue.written;
}

/** Sees to it that what waits will be written: now when there is a batch of it, else in half a second, later after failures. */
function schedule(queue: AuditQueue): void {
  if (queue.writing || queue.waiting.length === 0) return;
  if (queue.failures === 0 && queue.waiting.length >= BATCH) {
    writeInBackground(queue);
    return;
  }
  queue.timer ??= setTimeout(
    () => writeInBackground(queue),
    Math.min(WRITE_AFTER_MS * 2 ** queue.failures, MAX_BACKOFF_MS),
  );
  // A process with nothing else to do waits for its first try, but not for a database that may never come back.
  if (queue.failures > 0) queue.timer.unref();
}

function writeInBackground(queue: AuditQueue): void {
  write(queue).catch((error: unknown) => {
    if (queue.failures === 1) {
      logger.error(
        { err: error, waiting: queue.waiting.length },
        "audit events cannot be written; they are kept",
      );
    }
  });
}

/** One write at a time, so that events keep their order. */
function write(queue: AuditQueue): Promise<void> {
  clearTimeout(queue.timer);
  delete queue.timer;
  queue.writing ??= tryToWrite(queue).finally(() => {
    delete queue.writing;
    schedule(queue);
  });
  return queue.writing;
}

async function tryToWrite(queue: AuditQueue): Promise<void> {
  try {
    await writeAll(queue);
  } catch (error) {
    queue.failures += 1;
    throw error;
  }
  if (queue.failures > 0) logger.info("audit events are written again");
  queue.failures = 0;
}

async function writeAll(queue: AuditQueue): Promise<void> {
  const db = await database();
  while (queue.waiting.length > 0) {
    const batch = queue.waiting.slice(0, BATCH);
    // A connection that broke after the commit made us try again: those rows are there already.
    await db
      .insert(auditEventsTable)
      .values(batch.map((event) => event.row))
      .onConflictDoNothing({ target: auditEventsTable.id });
    queue.waiting.splice(0, batch.length);
    for (const event of batch) queue.bytes -= event.bytes;
    queue.written?.();
  }
}

import "server-only";
import { randomBytes } from "node:crypto";
import { closeSync, fsync, ftruncateSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import path from "node:path";
import { environment } from "@/lib/env.server";
import { logger } from "@/lib/logger";
import { ownProcess } from "@/lib/process-identity";
import { databasePlace } from "./database-place";

/**
 * Queued events on this machine's disk, until the database has them: a process that is killed leaves them to
 * the next start (recover-audit-journals.ts). An event is in the file when the caller goes on, so what it
 * records has not happened yet. The system writes it to the medium within a tenth of a second; a power cut in
 * between loses it.
 */

const SYNC_AFTER_MS = 100;
/** A file larger than this is continued in another one, so that it can be removed. */
const MAX_FILE_BYTES = 8 * 1024 * 1024;
const RETRY_AFTER_MS = 60_000;

/** A file of the journal. */
export interface JournalFile {
  fd: number;
  file: string;
  bytes: number;
  /** Its first line, which says whose it is. */
  headerBytes: number;
  /** Events in it that the database does not have. */
  waiting: number;
}

export interface AuditJournal {
  current?: JournalFile | undefined;
  syncing?: boolean;
  /** Why there is none, and until when no other try is made. */
  problem?: { reason: string; until: number } | undefined;
}

/** The folder of this server's journals, and the beginning of their names for this database. */
export function journalPlace(): { folder: string; prefix: string } {
  return {
    folder: path.resolve(environment().DATA_DIR, "audit-journal"),
    prefix: `${databasePlace()}-`,
  };
}

/**
 * Writes an event, which is one line of JSON.
 *
 * @returns the file it is in, for `journalDone`; null if this server can have no journal (DATA_DIR is
 *   read-only)
 * @throws the file system's error when the disk is full; the event is not in the file then
 */
export function journalEvent(journal: AuditJournal, json: string): JournalFile | null {
  const into = journal.current ?? openFile(journal);
  if (!into) return null;
  const line = Buffer.from(`${json}\n`);
  try {
    for (let at = 0; at < line.length; ) at += writeSync(into.fd, line, at);
  } catch (error) {
    // Whatever part of the line is there: nothing may follow it.
    leave(journal, into);
    throw error;
  }
  into.bytes += line.length;
  into.waiting += 1;
  scheduleSync(journal, into);
  if (into.bytes > MAX_FILE_BYTES) journal.current = undefined;
  return into;
}

/** The database has an event of the file. A file without waiting events is emptied, or removed. */
export function journalDone(journal: AuditJournal, file: JournalFile): void {
  file.waiting -= 1;
  if (file.waiting > 0) return;
  if (journal.current !== file) {
    remove(file);
    return;
  }
  ftruncateSync(file.fd, file.headerBytes);
  file.bytes = file.headerBytes;
}

/** Removes the file when the queue is closed; one with waiting events stays, for the next start. */
export function closeJournal(journal: AuditJournal): void {
  if (journal.current) leave(journal, journal.current);
}

/** What was recordable a moment ago is not: then nothing is done that has to be on record. */
const DISK_FAILS = new Set(["ENOSPC", "EDQUOT", "EIO"]);

function openFile(journal: AuditJournal): JournalFile | null {
  if (journal.problem && performance.now() < journal.problem.until) return null;
  const { folder, prefix } = journalPlace();
  const file = path.join(folder, `${prefix}${process.pid}-${randomBytes(8).toString("hex")}.jsonl`);
  let fd: number | undefined;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    fd = openSync(file, "ax", 0o600);
    const headerBytes = writeSync(fd, `${JSON.stringify(ownProcess())}\n`);
    journal.problem = undefined;
    journal.current = { fd, file, bytes: headerBytes, headerBytes, waiting: 0 };
    return journal.current;
  } catch (error) {
    if (fd !== undefined) {
      closeSync(fd);
      rmSync(file, { force: true });
    }
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    if (DISK_FAILS.has(reason)) throw error;
    if (!journal.problem) {
      logger.error(
        { err: error },
        "no journal of audit events can be kept; a kill loses half a second of them",
      );
    }
    journal.problem = { reason, until: performance.now() + RETRY_AFTER_MS };
    return null;
  }
}

function scheduleSync(journal: AuditJournal, file: JournalFile): void {
  if (journal.syncing) return;
  journal.syncing = true;
  setTimeout(() => {
    journal.syncing = false;
    // Closed or emptied meanwhile: the database has it all.
    if (file.waiting > 0) fsync(file.fd, () => undefined);
  }, SYNC_AFTER_MS).unref();
}

function leave(journal: AuditJournal, file: JournalFile): void {
  journal.current = undefined;
  if (file.waiting === 0) remove(file);
}

function remove({ fd, file }: JournalFile): void {
  closeSync(fd);
  rmSync(file, { force: true });
}

import "server-only";
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { database } from "@/lib/db/client";
import { auditEventsTable } from "@/lib/db/schema";
import { logger } from "@/lib/logger";
import { processIdentitySchema, stateOf } from "@/lib/process-identity";
import { journalPlace } from "./audit-journal";

/** Longer than any server keeps an event waiting without writing to its journal again. */
const ELSEWHERE_GONE_AFTER_MS = 60 * 60_000;
const BATCH = 200;

const text = z.string().max(512);
const eventSchema = z.object({
  id: z.uuid(),
  at: z.coerce.date(),
  actorId: text,
  action: text,
  objectId: text,
  detail: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]))
    .optional()
    .refine((detail) => JSON.stringify(detail ?? {}).length <= 64 * 1024),
  originMac: text,
});

type JournaledEvent = z.output<typeof eventSchema>;

/**
 * Writes to the database what the journals of killed servers hold. Their records are signed like all others:
 * what somebody else put into such a file is never chained. Once at a start; a failure leaves the
 * files to the
 * next one.
 */
export async function recoverAuditJournals(): Promise<void> {
  for (const file of journalFiles()) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- few, and one after the other is soon enough
      await recover(file);
    } catch (error) {
      logger.error(
        { err: error, file },
        "a journal of audit events could not be read in; the next start will try",
      );
    }
  }
}

function journalFiles(): string[] {
  const { folder, prefix } = journalPlace();
  try {
    return readdirSync(folder)
      .filter((name) => name.startsWith(prefix) && name.endsWith(".jsonl"))
      .map((name) => path.join(folder, name));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

async function recover(file: string): Promise<void> {
  const touchedMs = statSync(file).mtimeMs;
  const [header = "", ...lines] = readFileSync(file, "utf8").split("\n");
  const owner = processIdentitySchema.safeParse(parseJson(header)).data;
  const state = owner ? stateOf(owner) : "gone";
  if (state === "alive") return;
  // The last line may be half there: its event was not recorded, and what it was for not done.
  const events = lines.flatMap((line) => eventSchema.safeParse(parseJson(line)).data ?? []);
  const found = await write(events);
  if (found > 0) {
    logger.warn(
      { records: found },
      "audit records of a server that was killed were recovered from its journal",
    );
  }
  // A server elsewhere that shares this folder may be alive. Its events are written once, whoever does it.
  if (state === "gone" || Date.now() - touchedMs > ELSEWHERE_GONE_AFTER_MS) rmSync(file, { force: true });
}

/** @returns how many the database did not have */
async function write(events: readonly JournaledEvent[]): Promise<number> {
  const db = await database();
  let found = 0;
  for (let from = 0; from < events.length; from += BATCH) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other keeps their order
    const written = await db
      .insert(auditEventsTable)
      .values(events.slice(from, from + BATCH))
      .onConflictDoNothing({ target: auditEventsTable.id })
      .returning({ id: auditEventsTable.id });
    found += written.length;
  }
  return found;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

import "server-only";
import type { Transaction } from "@/lib/db/client";
import type { keyRotationsTable } from "@/lib/db/schema";
import type { Cipher } from "./cipher-here";

export type KeyRotation = typeof keyRotationsTable.$inferSelect;

/** The result of writing a batch. */
export interface BatchOutcome {
  /** Rows resealed or rewrapped. */
  changed: number;
  /** Rows that could not be opened, counted by the steps that verify. */
  unreadable: number;
  /** Rows left unchanged, counted by the steps that verify. */
  skipped: number;
  /** Another process wrote part of it first: do the same batch again. */
  again?: boolean;
}

/** A batch that was read and computed, and waits to be written in one transaction with the progress. */
export interface PreparedBatch {
  /** Where the next one begins; null at the end of the walk. */
  cursor: string | null;
  /** Rows looked at. */
  rows: number;
  /** Not called in a dry run. */
  write(tx: Transaction): Promise<BatchOutcome>;
  /** What `write` would return. */
  expected: BatchOutcome;
}

/**
 * Prepares the batch of a step that begins after `cursor` (null: at the beginning), with about `limit` rows.
 *
 * @param nextBeginsAt may be called when the key stores have been asked and only the cipher's work is left
 *   (batches-ahead.ts): then they are asked for one batch at a time, however many are prepared
 */
export type PrepareBatch = (
  rotation: KeyRotation,
  cursor: string | null,
  limit: number,
  cipher: Cipher,
  nextBeginsAt: (cursor: string | null) => void,
) => Promise<PreparedBatch>;

export const ROTATION_ACTOR = { system: "rotation" } as const;

/** For a step that neither seals nor opens values. */
export const NO_VALUES: BatchOutcome = { changed: 0, unreadable: 0, skipped: 0 };

/** The batch of a step that a dry run skips. */
export const NOTHING_TO_DO: PreparedBatch = {
  cursor: null,
  rows: 0,
  expected: NO_VALUES,
  write: async () => NO_VALUES,
};

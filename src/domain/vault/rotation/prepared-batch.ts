import "server-only";
import type { Transaction } from "@/lib/db/client";
import type { keyRotationsTable } from "@/lib/db/schema";
import type { Cipher } from "./cipher-here";

export type KeyRotation = typeof keyRotationsTable.$inferSelect;

/** What writing a batch came to. */
export interface BatchOutcome {
  /** Rows sealed or wrapped anew. */
  changed: number;
  /** Rows that could not be opened, told by the steps that verify. */
  unreadable: number;
  /** Rows left as they were, told by the steps that verify. */
  skipped: number;
  /** Another process was faster with a part of it: do the same batch again. */
  again?: boolean;
}

/** A batch that was read and computed, and waits to be written in one transaction with the progress. */
export interface PreparedBatch {
  /** Where the next one begins; null: the walk is at its end. */
  cursor: string | null;
  /** Rows looked at. */
  rows: number;
  /** Not called in a dry run. */
  write(tx: Transaction): Promise<BatchOutcome>;
  /** What `write` would come to. */
  expected: BatchOutcome;
}

/** Batch of a step that begins behind `cursor` (null: at the beginning) with at most about `limit` rows. */
export type PrepareBatch = (
  rotation: KeyRotation,
  cursor: string | null,
  limit: number,
  cipher: Cipher,
) => Promise<PreparedBatch>;

export const ROTATION_ACTOR = { system: "rotation" } as const;

/** Of a step that neither seals nor opens values. */
export const NO_VALUES: BatchOutcome = { changed: 0, unreadable: 0, skipped: 0 };

/** The batch of a step that has no part in a dry run. */
export const NOTHING_TO_DO: PreparedBatch = {
  cursor: null,
  rows: 0,
  expected: NO_VALUES,
  write: async () => NO_VALUES,
};

import { sql } from "drizzle-orm";
import { bigint, boolean, integer, pgTable, text, timestamp, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { KeyRotationKind, KeyRotationState } from "@/contracts/vault";

/** One rotation or verification: what to do, how far it is, and which worker has it. */
export const keyRotationsTable = pgTable(
  "key_rotations",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    kind: text("kind").$type<KeyRotationKind>().notNull(),
    /** Opens everything and writes nothing. */
    dryRun: boolean("dry_run").notNull(),
    state: text("state").$type<KeyRotationState>().notNull().default("running"),
    /** The key-encryption key that wraps in the end; the current one when the rotation was started. */
    keyEncryptionKeyId: text("key_encryption_key_id").notNull(),
    /** Rate limit (rows per second); null: no limit. */
    rowsPerSecond: integer("rows_per_second"),
    /** Where it resumes after a crash: the step (rotation-steps.ts), and the last key of the walk in it. */
    step: integer("step").notNull().default(0),
    cursor: text("cursor"),
    total: bigint("total", { mode: "number" }).notNull().default(0),
    done: bigint("done", { mode: "number" }).notNull().default(0),
    changed: bigint("changed", { mode: "number" }).notNull().default(0),
    unreadable: bigint("unreadable", { mode: "number" }).notNull().default(0),
    /** Rows left unchanged, because a key-encryption key they need is not available. */
    skipped: bigint("skipped", { mode: "number" }).notNull().default(0),
    /** Milliseconds spent working, without idle time. */
    workedMs: bigint("worked_ms", { mode: "number" }).notNull().default(0),
    /** Consecutive failed attempts, and the message of the last one. */
    failures: integer("failures").notNull().default(0),
    lastError: text("last_error"),
    /** The worker that has it, and until when. */
    leaseOwner: text("lease_owner"),
    leaseUntil: timestamp("lease_until", { withTimezone: true }),
    startedBy: text("started_by").notNull(),
    startedAt: timestamp("started_at", { withTimezone: true }).notNull().defaultNow(),
    finishedAt: timestamp("finished_at", { withTimezone: true }),
  },
  (table) => [uniqueIndex("key_rotations_one_running").on(table.state).where(sql`state = 'running'`)],
);

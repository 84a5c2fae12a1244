import { z } from "zod";

/**
 * What an operator sees of the vault and can start. `key_encryption_key`: wraps everything with the current
 * key-encryption key. `data_keys`: gives every owner a new data key and seals every value again. `verify`:
 * opens every data key and every value, and changes only the "needs re-entry" flags.
 */
export const KEY_ROTATION_KINDS = ["key_encryption_key", "data_keys", "verify"] as const;
export type KeyRotationKind = (typeof KEY_ROTATION_KINDS)[number];

export const KEY_ROTATION_STATES = ["running", "completed", "cancelled"] as const;
export type KeyRotationState = (typeof KEY_ROTATION_STATES)[number];

export const startKeyRotationSchema = z.object({
  kind: z.enum(KEY_ROTATION_KINDS, {
    error: `Say what to rotate: ${KEY_ROTATION_KINDS.join(", ")}.`,
  }),
  /** Opens everything and counts what would change; writes nothing. */
  dryRun: z.boolean({ error: "Say with true or false whether it is a dry run." }).default(false),
  /** Rate limit in rows per second, so that a rotation does not slow down a small machine. */
  rowsPerSecond: z
    .number({ error: "The rate is a whole number of rows a second." })
    .int({ error: "The rate is a whole number of rows a second." })
    .min(1, { error: "The rate is at least one row a second." })
    .max(1_000_000, { error: "The rate is at most 1,000,000 rows a second." })
    .optional(),
});
export type StartKeyRotation = z.infer<typeof startKeyRotationSchema>;

export const retireKeyEncryptionKeySchema = z.object({
  id: z
    .string({ error: "Say which key to retire." })
    .regex(/^[a-z0-9_-]{1,32}$/, { error: "A key id has 1 to 32 of a-z, 0-9, _ and -." }),
});

/** A rotation as shown to operators. */
export interface KeyRotationSummary {
  id: string;
  kind: KeyRotationKind;
  dryRun: boolean;
  state: KeyRotationState;
  keyEncryptionKeyId: string;
  /** The current step, for people. */
  step: string;
  done: number;
  total: number;
  /** Rows sealed or wrapped again; in a dry run, those that would be. */
  changed: number;
  /** Rows that could not be opened; they are marked "needs re-entry". */
  unreadable: number;
  /** Rows left unchanged: a key-encryption key they need was not available. */
  skipped: number;
  rowsPerSecondLimit: number | null;
  /** Rows per second so far; null until it can be measured. */
  rate: number | null;
  remainingSeconds: number | null;
  /** Why it is waiting, if it is; it retries automatically. */
  lastError: string | null;
  startedBy: string;
  startedAt: string;
  finishedAt: string | null;
}

export interface KeyEncryptionKeySummary {
  id: string;
  /** Where it is kept: "environment", "AWS KMS" ...; null if it is not configured here. */
  store: string | null;
  current: boolean;
  retired: boolean;
  /** Number of data keys it wraps. */
  dataKeys: number;
  /** Number of values sealed with it directly, in the formats from before data keys. */
  values: number;
}

export interface SealedColumnSummary {
  /** "user_ai_api_keys.api_key" */
  name: string;
  total: number;
  /** Sealed with an active data key. */
  current: number;
  /** Sealed with a data key that is being rotated out. */
  outdated: number;
  /** In the formats from before data keys. */
  earlierFormats: number;
  /** Marked "needs re-entry". */
  unreadable: number;
}

export interface VaultStatus {
  keyEncryptionKeys: KeyEncryptionKeySummary[];
  dataKeys: { active: number; decryptOnly: number; destroyed: number; unreadable: number };
  /** The highest number of values sealed by any data key, and the number at which a key is replaced. */
  nonceBudget: { mostSeals: number; limit: number };
  columns: SealedColumnSummary[];
  /** When a large vault was last counted; null: the numbers above are current. */
  countedAt: string | null;
  running: KeyRotationSummary | null;
  /** Newest first, including the running one. */
  history: KeyRotationSummary[];
  audit: { records: number; pending: number; head: { seq: number; mac: string } | null };
}

/** A finding of `vault doctor`; an empty list means healthy. */
export interface VaultFinding {
  severity: "error" | "warning";
  /** What is wrong and what to do next. */
  sentence: string;
}

export interface AuditVerification {
  ok: boolean;
  records: number;
  pending: number;
  head: { seq: number; mac: string } | null;
  problemCount: number;
  /** The first hundred. */
  problems: { seq: number | null; kind: string; sentence: string }[];
}

import type { KeyRotationKind, KeyRotationSummary } from "@/contracts/vault";

export const ROTATION_NAMES: Record<KeyRotationKind, string> = {
  key_encryption_key: "Key-encryption key",
  data_keys: "Data keys",
  verify: "Verification",
};

export const RUNNING_NAMES: Record<KeyRotationKind, string> = {
  key_encryption_key: "Rotating the key-encryption key",
  data_keys: "Rotating data keys",
  verify: "Opening everything once",
};

/** The noun for it in a sentence. */
export function rotationNoun({ kind, dryRun }: Pick<KeyRotationSummary, "kind" | "dryRun">): string {
  if (dryRun) return "dry run";
  return kind === "verify" ? "verification" : "rotation";
}

/** Who started it. People are stored as opaque ids; only the reader's own is known here. */
export function startedByWhom({ startedBy }: Pick<KeyRotationSummary, "startedBy">, userId: string): string {
  if (startedBy === userId) return "by you";
  return startedBy.startsWith("system:") ? "from the command line" : "by another operator";
}

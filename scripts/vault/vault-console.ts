import type { AccountLink } from "@/contracts/people";
import type {
  AuditVerification,
  KeyRotationSummary,
  StartKeyRotation,
  VaultFinding,
  VaultStatus,
} from "@/contracts/vault";
import type { AuditDetail } from "@/domain/vault/audit/audit-event";

/**
 * `made`: shares were written or printed. `checked`: shares were combined, and matched the keys in the
 * settings.
 */
export interface KeyBackupEvent {
  action: "key_backup.made" | "key_backup.checked";
  detail: AuditDetail;
}

/** The vault's commands, through the running server or directly. */
export interface VaultConsole {
  /** How it is accessed, for the console. */
  readonly way: string;
  status(): Promise<VaultStatus>;
  findings(): Promise<VaultFinding[]>;
  /** Starts a rotation or verification. */
  rotate(order: StartKeyRotation): Promise<{ id: string; alreadyRunning: boolean }>;
  /**
   * Follows a started rotation to its end.
   *
   * @param onProgress called about once a second while it runs
   */
  follow(id: string, onProgress: (rotation: KeyRotationSummary) => void): Promise<KeyRotationSummary>;
  cancel(id: string): Promise<void>;
  retire(keyId: string): Promise<void>;
  verifyAudit(expectedHead?: { seq: number; mac: string }): Promise<AuditVerification>;
  /** A link to make an account. @param email the only address it is for */
  invite(email: string | undefined): Promise<AccountLink>;
  /** A link to set the password of the account with this address. */
  resetLink(email: string): Promise<AccountLink>;
  /**
   * Goes on from the head of the audit trail that is in the database. @returns the head; null if nothing is
   * chained
   */
  acceptAuditHead(): Promise<{ seq: number; mac: string } | null>;
  /** Writes a record to the audit trail. @returns false if this console cannot */
  record(event: KeyBackupEvent): Promise<boolean>;
  close(): Promise<void>;
}

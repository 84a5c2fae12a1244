import type {
  AuditVerification,
  KeyRotationSummary,
  StartKeyRotation,
  VaultFinding,
  VaultStatus,
} from "@/contracts/vault";
import type { AuditDetail } from "@/domain/vault/audit/audit-event";

/** `made`: shares were written or printed. `checked`: shares were combined, and gave the keys that are in the settings. */
export interface KeyBackupEvent {
  action: "key_backup.made" | "key_backup.checked";
  detail: AuditDetail;
}

/** What the command line asks of the vault, through the running server or on its own. */
export interface VaultConsole {
  /** How it is reached, for the console. */
  readonly way: string;
  status(): Promise<VaultStatus>;
  findings(): Promise<VaultFinding[]>;
  /** Starts a rotation or verification. */
  rotate(order: StartKeyRotation): Promise<{ id: string; alreadyRunning: boolean }>;
  /**
   * Sees a started rotation through to its end.
   *
   * @param onProgress called about once a second while it runs
   */
  follow(id: string, onProgress: (rotation: KeyRotationSummary) => void): Promise<KeyRotationSummary>;
  cancel(id: string): Promise<void>;
  retire(keyId: string): Promise<void>;
  verifyAudit(expectedHead?: { seq: number; mac: string }): Promise<AuditVerification>;
  /** Leaves a record in the audit trail. @returns false if it cannot on this way */
  record(event: KeyBackupEvent): Promise<boolean>;
  close(): Promise<void>;
}

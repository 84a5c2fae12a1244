import "server-only";
import {
  type DataKey,
  DecryptionFailed,
  describeSealed,
  EncryptionError,
  openSealed,
  openWithDataKey,
  UnknownKeyError,
} from "@/lib/encryption";
import { queueAuditEvent } from "../audit/audit-queue";
import { environmentRing } from "../data-keys/key-encryption-keys";
import { openStoredDataKey, type StoredDataKey } from "../data-keys/stored-data-key";
import { type Access, isAllowed, VaultAccessDenied } from "./access-policy";
import { fieldContext } from "./seal-text";
import { contextOf, type SealedColumn } from "./sealed-columns";

/** One sealed value as read from its row. */
export interface StoredValue {
  /** Of the row; for the audit trail. */
  id: string;
  owner: string;
  purpose: string;
  sealed: string;
}

/** A value and the row of the data key it names; null if it names none that is stored. */
export type StoredValueWithKey = StoredValue & { dataKey: StoredDataKey | null };

/**
 * Opens a sealed value for a purpose: checks the policy, unwraps the data key, opens, and leaves a record, whatever the
 * outcome.
 *
 * @throws VaultAccessDenied
 * @throws EncryptionError: KeyStoreUnavailable and KeyStoreRefused say nothing about the value; any other means that it
 *   cannot be opened
 */
export async function openValue(
  column: SealedColumn,
  value: StoredValueWithKey,
  access: Access,
): Promise<string> {
  assertAllowed(column, value, access);
  const detail = { purpose: access.purpose, column: `${column.table}.${column.column}` };
  try {
    const dataKey = await dataKeyOf(column, value);
    const text = openText(column, value, dataKey);
    queueAuditEvent({
      actor: access.actor,
      action: "value.opened",
      objectId: value.id,
      detail: dataKey ? { ...detail, dataKey: dataKey.id } : detail,
    });
    return text;
  } catch (error) {
    const code = error instanceof EncryptionError ? error.code : "unexpected";
    queueAuditEvent({
      actor: access.actor,
      action: "value.open_failed",
      objectId: value.id,
      detail: { ...detail, code },
    });
    throw error;
  }
}

/** @throws VaultAccessDenied, after a record was left */
export function assertAllowed(
  column: SealedColumn,
  value: Pick<StoredValue, "id" | "owner">,
  access: Access,
): void {
  if (isAllowed(column.policy, value.owner, access)) return;
  queueAuditEvent({
    actor: access.actor,
    action: "value.open_denied",
    objectId: value.id,
    detail: { purpose: access.purpose, column: `${column.table}.${column.column}` },
  });
  throw new VaultAccessDenied();
}

/**
 * The one place where a stored value is decrypted. Takes every format: data key, ring key, and the one of the design this
 * product grew from.
 *
 * @param dataKey the key the value names; null for the formats from before data keys
 * @throws EncryptionError
 */
export function openText(column: SealedColumn, value: StoredValue, dataKey: DataKey | null): string {
  if (dataKey) return openWithDataKey(value.sealed, fieldContext(column, value), dataKey);
  const ring = environmentRing();
  const { keyId } = describeSealed(value.sealed);
  if (!ring) throw keyId === null ? new DecryptionFailed() : new UnknownKeyError(keyId);
  // Sealed as a whole, before the column held documents.
  return openSealed(value.sealed, contextOf(column, value.owner, value.purpose), ring).text;
}

/**
 * The row of the data key a value names, checked: it is the key the value names, and it belongs to the value's owner.
 *
 * @returns null for the formats from before data keys
 * @throws UnknownKeyError if the named key is not stored
 * @throws DecryptionFailed if it is somebody else's
 */
export function storedKeyOf(column: SealedColumn, value: StoredValueWithKey): StoredDataKey | null {
  const { format, keyId } = describeSealed(value.sealed);
  if (format !== "orc2" || keyId === null) return null;
  const { dataKey } = value;
  if (dataKey?.id !== keyId) throw new UnknownKeyError(keyId);
  if (dataKey.ownerKind !== column.ownerKind || dataKey.ownerId !== value.owner) throw new DecryptionFailed();
  return dataKey;
}

async function dataKeyOf(column: SealedColumn, value: StoredValueWithKey): Promise<DataKey | null> {
  const stored = storedKeyOf(column, value);
  return stored && openStoredDataKey(stored);
}

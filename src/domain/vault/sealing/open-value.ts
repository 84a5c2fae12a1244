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
import { environment } from "@/lib/env.server";
import type { AuditAction, AuditDetail, AuditEvent } from "../audit/audit-event";
import { recordBefore } from "../audit/record-before";
import { environmentRing } from "../data-keys/key-encryption-keys";
import { openStoredDataKey, type StoredDataKey } from "../data-keys/stored-data-key";
import { type Access, isAllowed, VaultAccessDenied } from "./access-policy";
import { columnName } from "./column-sql";
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
  const detail = { purpose: access.purpose, column: columnName(column) };
  const record = (action: AuditAction, more: AuditDetail) =>
    leaveRecord({ actor: access.actor, action, objectId: value.id, detail: { ...detail, ...more } });
  let dataKey: DataKey | null;
  let text: string;
  try {
    dataKey = await dataKeyOf(column, value);
    text = openText(column, value, dataKey);
  } catch (error) {
    record("value.open_failed", { code: error instanceof EncryptionError ? error.code : "unexpected" });
    throw error;
  }
  record("value.opened", dataKey ? { dataKey: dataKey.id } : {});
  return text;
}

/** @throws AppError `unavailable` */
function leaveRecord(event: AuditEvent): void {
  recordBefore(event, "no saved key is used. Nothing was sent.");
}

/** @throws VaultAccessDenied, after a record was left */
export function assertAllowed(
  column: SealedColumn,
  value: Pick<StoredValue, "id" | "owner">,
  access: Access,
): void {
  if (isAllowed(column.policy, value.owner, access)) return;
  leaveRecord({
    actor: access.actor,
    action: "value.open_denied",
    objectId: value.id,
    detail: { purpose: access.purpose, column: columnName(column) },
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
  return openSealed(value.sealed, contextOf(column, value.owner, value.purpose), ring, {
    allowLegacy: !environment().REFUSE_OLD_SEALED_FORMAT,
  }).text;
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

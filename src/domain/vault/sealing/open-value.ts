import "server-only";
import { type DataKey, EncryptionError } from "@/lib/encryption";
import type { AuditAction, AuditDetail, AuditEvent } from "../audit/audit-event";
import { recordBefore } from "../audit/record-before";
import { openStoredDataKey, type StoredDataKey } from "../data-keys/stored-data-key";
import { type Access, isAllowed, VaultAccessDenied } from "./access-policy";
import { columnName } from "./column-sql";
import { earlierFormats } from "./earlier-formats";
import { openText, type SealedText, storedKeyOf } from "./open-text";
import type { SealedColumn } from "./sealed-columns";

/** One sealed value as read from its row. */
export interface StoredValue extends SealedText {
  /** Id of the row; for the audit trail. */
  id: string;
}

/** A value and the row of the data key it names; null if that key is not stored or it names none. */
export type StoredValueWithKey = StoredValue & { dataKey: StoredDataKey | null };

/**
 * Opens a sealed value for a purpose: checks the policy, unwraps the data key, opens, and writes an audit
 * record, whatever the outcome.
 *
 * @throws VaultAccessDenied
 * @throws EncryptionError: KeyStoreUnavailable and KeyStoreRefused say nothing about the value; any other
 *   means that it cannot be opened
 */
export async function openValue(
  column: SealedColumn,
  value: StoredValueWithKey,
  access: Access,
): Promise<string> {
  assertAllowed(column, value, access);
  const detail = {
    purpose: access.purpose,
    column: columnName(column),
    ...(access.projectId === undefined ? {} : { project: access.projectId }),
  };
  const record = (action: AuditAction, more: AuditDetail) =>
    leaveRecord({ actor: access.actor, action, objectId: value.id, detail: { ...detail, ...more } });
  let dataKey: DataKey | null;
  let text: string;
  try {
    dataKey = await dataKeyOf(column, value);
    text = openText(column, value, dataKey, earlierFormats());
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

/** @throws VaultAccessDenied, after writing an audit record */
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

async function dataKeyOf(column: SealedColumn, value: StoredValueWithKey): Promise<DataKey | null> {
  const stored = storedKeyOf(column, value);
  return stored && openStoredDataKey(stored);
}

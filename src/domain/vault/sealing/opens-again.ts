import "server-only";
import { EncryptionError, KeyStoreRefused, KeyStoreUnavailable } from "@/lib/encryption";
import { openValue, type StoredValueWithKey } from "./open-value";
import type { SealedColumn } from "./sealed-columns";

/** Whether a value marked as unreadable opens now. The plaintext is discarded. For the check at startup. */
export async function opensAgain(
  column: SealedColumn,
  value: StoredValueWithKey,
): Promise<boolean | "key_store_unavailable"> {
  try {
    await openValue(column, value, { actor: { system: "start" }, purpose: "recheck" });
    return true;
  } catch (error) {
    if (error instanceof KeyStoreUnavailable || error instanceof KeyStoreRefused) {
      return "key_store_unavailable";
    }
    if (error instanceof EncryptionError) return false;
    throw error;
  }
}

import "server-only";
import {
  DecryptionFailed,
  describeSealed,
  type KeyRing,
  openSealed,
  openWithDataKey,
  type SealingKey,
  UnknownKeyError,
} from "@/lib/encryption";
import type { StoredDataKey } from "../data-keys/stored-data-key";
import { fieldContext, type Place } from "./seal-text";
import { contextOf, type SealedColumn } from "./sealed-columns";

/** A sealed text and the place it was sealed for. */
export interface SealedText extends Place {
  sealed: string;
}

/** What is needed to open the formats from before data keys. */
export interface EarlierFormats {
  /** The keys of the environment; null if there are none. */
  ring: KeyRing | null;
  /** Whether the format of the design this product grew from is still opened. */
  allowLegacy: boolean;
}

/**
 * The one place where a stored value is decrypted. Accepts every format: data key, ring key, and the one of
 * the design this product grew from. Does not depend on the process, so it works in the cipher thread of a
 * rotation as well.
 *
 * @param dataKey the key the value names; null for the formats from before data keys
 * @throws EncryptionError
 */
export function openText(
  column: SealedColumn,
  value: SealedText,
  dataKey: SealingKey | null,
  { ring, allowLegacy }: EarlierFormats,
): string {
  if (dataKey) return openWithDataKey(value.sealed, fieldContext(column, value), dataKey);
  const { keyId } = describeSealed(value.sealed);
  if (!ring) throw keyId === null ? new DecryptionFailed() : new UnknownKeyError(keyId);
  // Sealed as a whole, before the column held documents.
  return openSealed(value.sealed, contextOf(column, value.owner, value.purpose), ring, { allowLegacy }).text;
}

/**
 * The row of the data key a value names, after checking that it is that key and belongs to the value's owner.
 *
 * @returns null for the formats from before data keys
 * @throws UnknownKeyError if the named key is not stored
 * @throws DecryptionFailed if it belongs to another owner
 */
export function storedKeyOf<Key extends Pick<StoredDataKey, "id" | "ownerKind" | "ownerId">>(
  column: SealedColumn,
  value: SealedText & { dataKey: Key | null },
): Key | null {
  const { dataKey } = value;
  // Otherwise the text is parsed to find the key it names; opening it does that in any case.
  if (!dataKey || !value.sealed.startsWith(`orc2.${dataKey.id}.`)) {
    const { format, keyId } = describeSealed(value.sealed);
    if (format !== "orc2" || keyId === null) return null;
    throw new UnknownKeyError(keyId);
  }
  if (dataKey.ownerKind !== column.ownerKind || dataKey.ownerId !== value.owner) throw new DecryptionFailed();
  return dataKey;
}

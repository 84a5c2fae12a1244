import "server-only";
import { AppError } from "@/lib/app-error";
import {
  type DataKey,
  dataKeyFingerprint,
  FieldAlreadySealed,
  type SealContext,
  type SealingKey,
  sealFields,
  sealWithDataKey,
} from "@/lib/encryption";
import { contextOf, SEALED_COLUMNS, type SealedColumn } from "./sealed-columns";

/** The place of a value: its owner, whose data key seals it, and its purpose. */
export interface Place {
  owner: string;
  purpose: string;
}

/**
 * Seals a text for its place in a column. For a column of documents this is the text at the column's path.
 *
 * @param column an entry of SEALED_COLUMNS itself; anything else is a TypeError
 * @throws InvalidPlaintext, InvalidSealContext
 */
export function sealText(column: SealedColumn, place: Place, text: string, dataKey: SealingKey): string {
  assertListed(column);
  return sealWithDataKey(text, fieldContext(column, place), dataKey);
}

/**
 * Seals the field of a document that the column names; the rest of the document stays readable.
 *
 * @param column an entry of SEALED_COLUMNS itself; anything else is a TypeError
 * @throws AppError `invalid_request` if the text has the form of a sealed value
 * @throws InvalidPlaintext, InvalidSealContext
 */
export function sealDocument<T extends object>(
  column: SealedColumn,
  { owner, purpose }: Place,
  document: T,
  dataKey: DataKey,
): T {
  assertListed(column);
  const cipher = {
    seal: (text: string, context: SealContext) => sealWithDataKey(text, context, dataKey),
    open: () => {
      throw new TypeError("Nothing is opened while sealing.");
    },
  };
  try {
    // The sealed field is a string before and after, so the document keeps its type.
    return sealFields(document, [column.path ?? ""], contextOf(column, owner, purpose), cipher) as T;
  } catch (error) {
    if (!(error instanceof FieldAlreadySealed)) throw error;
    throw new AppError(
      "invalid_request",
      "This text has the form of a value that is sealed already. Nothing was saved; enter the secret itself.",
      { cause: error },
    );
  }
}

/** A value sealed into an unregistered column would be left behind by every rotation. */
function assertListed(column: SealedColumn): void {
  if (!SEALED_COLUMNS.includes(column)) {
    throw new TypeError("Values are sealed only into entries of SEALED_COLUMNS.");
  }
}

/**
 * The fingerprint stored next to a sealed value, made with the same data key. A rotation does not change it:
 * it then names a key that is gone, and is of no use until the value is saved again.
 */
export function fingerprintOf(column: SealedColumn, text: string, dataKey: DataKey): string {
  return dataKeyFingerprint(text, `${column.table}.${column.column}`, dataKey);
}

/**
 * The context of the sealed text in a column: for a document, the context of its field as sealFields builds
 * it.
 */
export function fieldContext(column: SealedColumn, { owner, purpose }: Place): SealContext {
  return contextOf(column, owner, `${purpose}${column.path ?? ""}`);
}

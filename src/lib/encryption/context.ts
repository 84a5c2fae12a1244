import { InvalidSealContext } from "./errors";
import { lengthPrefixed } from "./length-prefixed";
import type { SealedFormat } from "./sealed-format";

/**
 * Where a sealed value belongs. It is authenticated, not stored: a value opens only where it was sealed, so a
 * ciphertext copied into another person's row stays shut.
 */
export interface SealContext {
  /** SQL name of the table. */
  table: string;
  /** SQL name of the column. */
  column: string;
  /** Id of the row's owner (user, project ...): an id that never changes, not an e-mail address. */
  owner: string;
  /** Distinguishes several values of one owner: the provider, or the name of the secret. */
  purpose: string;
}

/** Limit of each field in bytes of UTF-8. Ids and names are far shorter; more is a bug in the caller. */
export const MAX_CONTEXT_FIELD_BYTES = 1024;

/**
 * The additional authenticated data of a sealed value: format, key id and the context, length-prefixed.
 *
 * @throws InvalidSealContext
 */
export function additionalData(format: SealedFormat, keyId: string, context: SealContext): Buffer {
  const { table, column, owner, purpose } = context;
  assertContextField("table", table);
  assertContextField("column", column);
  assertContextField("owner", owner);
  assertContextField("purpose", purpose);
  return lengthPrefixed([format, keyId, table, column, owner, purpose]);
}

/**
 * Rejects a field that could be mistaken for another: a lone surrogate is written as U+FFFD in UTF-8, so two
 * different owners with lone surrogates would share their values.
 *
 * @throws InvalidSealContext naming the field, never its value
 */
export function assertContextField(name: string, value: string): void {
  if (typeof value !== "string" || value === "") {
    throw new InvalidSealContext(`The seal context needs a non-empty "${name}".`);
  }
  if (!value.isWellFormed()) {
    throw new InvalidSealContext(`The seal context's "${name}" is not well-formed Unicode.`);
  }
  // A UTF-16 unit takes at most three bytes, so short fields need no counting.
  if (
    value.length * 3 > MAX_CONTEXT_FIELD_BYTES &&
    Buffer.byteLength(value, "utf8") > MAX_CONTEXT_FIELD_BYTES
  ) {
    throw new InvalidSealContext(
      `The seal context's "${name}" is longer than ${MAX_CONTEXT_FIELD_BYTES} bytes.`,
    );
  }
}

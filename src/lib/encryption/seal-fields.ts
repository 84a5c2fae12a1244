import { assertContextField, type SealContext } from "./context";
import { isSealed } from "./describe-sealed";
import { InvalidSealContext } from "./errors";
import { copyDocument, DocumentBudget, type JsonValue } from "./seal-fields-document";
import { FieldAlreadySealed, FieldNotSealed } from "./seal-fields-errors";
import { findFields } from "./seal-fields-path";
import { fieldText, fieldValue } from "./seal-fields-text";

/** Seals and opens one field: `encrypt` and `decrypt` with a ring, or the same with a data key. */
export interface FieldCipher {
  /** @returns a sealed value of this library */
  seal(text: string, context: SealContext): string;
  /** @throws DecryptionFailed and the other errors of the cipher */
  open(sealed: string, context: SealContext): string;
}

/**
 * Seals fields of a JSON document, each for its own place: the context's purpose becomes
 * `<purpose><pointer>`, with the field's JSON Pointer, so that a sealed field moved to another place does not
 * open. Any JSON value can be a field; in the result a string stands there. Where one field cannot be sealed,
 * nothing is returned.
 *
 * What surrounds the fields is not protected: anyone who can write the stored document can change it, remove
 * whole fields, or put a field's earlier sealed value back.
 *
 * @param value a JSON document: at most 64 levels, 100,000 values, 8 Mi characters; not changed
 * @param paths JSON Pointers (RFC 6901) to at most 1,000 fields. A token that is just `*` stands for every
 *   element or
 *   member; a `?` at the very end allows the field to be missing. See findFields.
 * @param context of the document; its purpose has no "/", so that purpose and pointer cannot be mistaken
 * @returns a copy with the fields sealed
 * @throws FieldPathInvalid if a path leads nowhere, or two lead to the same field
 * @throws FieldAlreadySealed
 * @throws InvalidDocument
 * @throws InvalidSealContext also if purpose and pointer together are longer than 1,024 bytes
 * @throws InvalidPlaintext if a field's text is longer than 65,536 bytes
 */
export function sealFields(
  value: unknown,
  paths: readonly string[],
  context: SealContext,
  cipher: FieldCipher,
): JsonValue {
  assertPurpose(context);
  // The same limits apply to the result, so that it can be opened again.
  const budget = new DocumentBudget();
  const document = copyDocument(value, budget);
  const fields = findFields(document, paths);
  for (const field of fields) if (isSealed(field.value)) throw new FieldAlreadySealed(field.path);
  for (const field of fields) {
    const sealed = cipher.seal(fieldText(field.value), fieldContext(context, field.pointer));
    if (!isSealed(sealed)) throw new TypeError("A field cipher returns sealed values of this library.");
    budget.takeText(sealed);
    field.replace(sealed);
  }
  return document;
}

/**
 * Opens what sealFields sealed. Each field has to be sealed and to open in its place; where one is not,
 * nothing is returned.
 *
 * @param value the stored document; not changed
 * @param paths those it was sealed with. A path that was optional then may be missing now, also if somebody
 *   removed it.
 * @param context the one it was sealed with
 * @returns a copy with the fields in place, their types included; check it with a schema as any stored
 *   document
 * @throws FieldPathInvalid if a path leads nowhere, or two lead to the same field
 * @throws FieldNotSealed also for values of the old format, which are tied to no place
 * @throws InvalidDocument
 * @throws InvalidSealContext
 * @throws DecryptionFailed and what else the cipher throws
 */
export function openFields(
  value: unknown,
  paths: readonly string[],
  context: SealContext,
  cipher: FieldCipher,
): JsonValue {
  assertPurpose(context);
  const document = copyDocument(value, new DocumentBudget());
  for (const field of findFields(document, paths)) {
    if (!isSealed(field.value)) throw new FieldNotSealed(field.path);
    field.replace(fieldValue(cipher.open(field.value, fieldContext(context, field.pointer))));
  }
  return document;
}

/**
 * With a "/" in it, ("a/b", "/c") and ("a", "/b/c") would be the same place; if empty, the pointer alone
 * would be accepted.
 */
function assertPurpose({ purpose }: SealContext): void {
  assertContextField("purpose", purpose);
  if (purpose.includes("/")) {
    throw new InvalidSealContext(
      'The seal context\'s "purpose" has a "/", which begins the place of a field.',
    );
  }
}

function fieldContext(context: SealContext, pointer: string): SealContext {
  return { ...context, purpose: context.purpose + pointer };
}

import { EncryptionError } from "./errors";

/*
 * Messages name the path as the caller wrote it. The place it resolves to is omitted: member names come from
 * the document, where they may be personal data.
 */

/**
 * A path is not a JSON Pointer, resolves to nothing, or resolves to a field that another path resolves to as
 * well.
 */
export class FieldPathInvalid extends EncryptionError {
  override readonly name = "FieldPathInvalid";
  readonly code = "field_path_invalid";
  readonly path: string;

  /** @param reason the end of a sentence: "The path ... <reason>" */
  constructor(path: string, reason: string) {
    super(`The path "${path}" ${reason}; correct the list of paths, or check the document.`);
    this.path = path;
  }
}

/** A field to be sealed is already a sealed value: sealed twice, it would have to be opened twice. */
export class FieldAlreadySealed extends EncryptionError {
  override readonly name = "FieldAlreadySealed";
  readonly code = "field_already_sealed";
  readonly path: string;

  constructor(path: string) {
    super(`A field at "${path}" is sealed already; open the document before sealing it again.`);
    this.path = path;
  }
}

/** A field to be opened does not hold a sealed value: it was never sealed, or it was replaced. */
export class FieldNotSealed extends EncryptionError {
  override readonly name = "FieldNotSealed";
  readonly code = "field_not_sealed";
  readonly path: string;

  constructor(path: string) {
    super(`A field at "${path}" is not sealed, so nothing shows who wrote it; save the document again.`);
    this.path = path;
  }
}

/** The document is not JSON, or too large. */
export class InvalidDocument extends EncryptionError {
  override readonly name = "InvalidDocument";
  readonly code = "document_invalid";

  /** @param reason the end of a sentence: "The document <reason>" */
  constructor(reason: string) {
    super(`The document ${reason}; change it before sealing or opening its fields.`);
  }
}

import { SealedValueMalformed } from "./errors";
import { parseLegacy } from "./legacy-format";
import { claimedFormat, parseSealed, type SealedFormat } from "./sealed-format";

export interface SealedDescription {
  format: SealedFormat | "legacy";
  /** Of a ring key (orc1) or a data key (orc2). null: the old format does not say which key sealed it. */
  keyId: string | null;
}

/**
 * What a sealed text claims about itself. Needs no key and proves nothing: the author of the text chose it.
 *
 * @throws SealedValueMalformed
 */
export function describeSealed(sealed: string): SealedDescription {
  if (typeof sealed !== "string") throw new SealedValueMalformed("it is not a text");
  if (claimedFormat(sealed) !== null) {
    const { format, keyId } = parseSealed(sealed);
    return { format, keyId };
  }
  parseLegacy(sealed);
  return { format: "legacy", keyId: null };
}

/**
 * True for a well-formed value of a current format, whatever key sealed it. False for the old format: its
 * bare base64 cannot be distinguished from a secret that happens to be base64 (use describeSealed where only
 * sealed values occur).
 */
export function isSealed(value: unknown): value is string {
  if (typeof value !== "string") return false;
  try {
    parseSealed(value);
    return true;
  } catch {
    return false;
  }
}

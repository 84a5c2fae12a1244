import { InvalidPlaintext } from "./errors";

/**
 * Longest text that can be sealed, in bytes of UTF-8 (64 kB = 65,536). Provider keys have about 110, a PEM
 * bundle some thousands.
 */
export const MAX_PLAINTEXT_BYTES = 65_536;

/**
 * @throws InvalidPlaintext if the text is empty, too long, or holds a lone surrogate (UTF-8 cannot carry one:
 *   it
 *   would silently come back as U+FFFD, a different secret)
 */
export function assertPlaintext(text: string): void {
  if (typeof text !== "string" || text === "")
    throw new InvalidPlaintext("The secret is empty; enter a value.");
  if (!text.isWellFormed()) {
    throw new InvalidPlaintext("The secret holds a broken Unicode character; copy it again from its source.");
  }
  if (Buffer.byteLength(text, "utf8") > MAX_PLAINTEXT_BYTES) {
    throw new InvalidPlaintext(
      `The secret is longer than ${MAX_PLAINTEXT_BYTES} bytes; enter a shorter one.`,
    );
  }
}

// ignoreBOM keeps a leading U+FEFF: it is part of the secret. The non-streaming decoder holds no state
// between calls.
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * @returns the text, or null if the bytes are not UTF-8: authentic, but not written by any version of this
 * library
 */
export function decodePlaintext(bytes: Uint8Array): string | null {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return null;
  }
}

import { randomBytes } from "node:crypto";
import { KEY_BYTES } from "./key-ring";

/** @returns a new random key for ENCRYPTION_KEY or an entry of ENCRYPTION_KEYS: 64 hexadecimal digits */
export function generateEncryptionKey(): string {
  return randomBytes(KEY_BYTES).toString("hex");
}

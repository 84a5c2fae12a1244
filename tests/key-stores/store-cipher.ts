import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

/*
 * The cipher of the local key stores: AES-256-GCM by node:crypto, sharing no code with the product.
 */

/** @returns nonce | ciphertext | tag */
export function encryptBytes(key: Buffer, plaintext: Buffer, additionalData: Buffer): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(additionalData);
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** @returns null if it is not authentic */
export function decryptBytes(key: Buffer, sealed: Buffer, additionalData: Buffer): Buffer | null {
  if (sealed.length < 28) return null;
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, 12), { authTagLength: 16 })
    .setAAD(additionalData)
    .setAuthTag(sealed.subarray(-16));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
  } catch {
    return null;
  }
}

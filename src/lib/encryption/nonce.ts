import { randomFillSync } from "node:crypto";
import { NONCE_BYTES } from "./aes-256-gcm";

const NONCES_PER_FILL = 256;

/**
 * Random nonces, drawn from the system's generator 256 at a time because a draw costs half as much as sealing
 * a value.
 *
 * Each is handed out once and its slot is zeroed, so a later memory dump shows no nonce that could be used
 * twice. It cannot survive reuse of the memory itself: a machine snapshot resumed twice would hand out the
 * same nonces in both. See docs/decisions/0001-sealed-value-format.md.
 *
 * @param pool length a multiple of 12; filled when first needed
 */
export function nonceSource(pool: Buffer): () => Buffer {
  let at = pool.length;
  return () => {
    if (at === pool.length) {
      randomFillSync(pool);
      at = 0;
    }
    const slot = pool.subarray(at, at + NONCE_BYTES);
    at += NONCE_BYTES;
    const nonce = Buffer.from(slot); // a copy
    slot.fill(0);
    return nonce;
  };
}

/** @returns 12 fresh random bytes, never handed out before */
export const nextNonce = nonceSource(Buffer.alloc(NONCE_BYTES * NONCES_PER_FILL));

import { describe, expect, test } from "vitest";
import { nextNonce, nonceSource } from "./nonce";
import { encrypt } from "./seal";
import { CONTEXT, ringOf } from "./test-support";

describe("no nonce is dealt twice", () => {
  test("a million nonces are a million different ones", () => {
    const seen = new Set<string>();
    for (let dealt = 0; dealt < 1_000_000; dealt += 1) seen.add(nextNonce().toString("latin1"));
    expect(seen.size).toBe(1_000_000);
  });

  test("20,000 sealings of one text have 20,000 different nonces and ciphertexts", () => {
    const ring = ringOf("k1");
    const nonces = new Set<string>();
    const bodies = new Set<string>();
    for (let sealing = 0; sealing < 20_000; sealing += 1) {
      const [, , nonce = "", body = ""] = encrypt("the same text", CONTEXT, ring).split(".");
      nonces.add(nonce);
      bodies.add(body);
    }
    expect(nonces.size).toBe(20_000);
    expect(bodies.size).toBe(20_000);
  });

  test("nonces handed out stay what they were when later ones are dealt and the pool is refilled", () => {
    const next = nonceSource(Buffer.alloc(12 * 4));
    const held = Array.from({ length: 40 }, next);
    const copies = held.map((nonce) => nonce.toString("hex"));
    for (let dealt = 0; dealt < 100; dealt += 1) next();
    expect(held.map((nonce) => nonce.toString("hex"))).toEqual(copies);
    expect(new Set(copies).size).toBe(40);
  });

  test("a dealt nonce leaves nothing behind in the pool", () => {
    const pool = Buffer.alloc(12 * 4);
    const next = nonceSource(pool);
    for (let dealt = 1; dealt <= 12; dealt += 1) {
      const nonce = next();
      expect(nonce).toHaveLength(12);
      expect(nonce.equals(Buffer.alloc(12))).toBe(false);
      expect(pool.includes(nonce)).toBe(false);
      const used = ((dealt - 1) % 4) + 1;
      expect(pool.subarray(0, used * 12).equals(Buffer.alloc(used * 12))).toBe(true);
    }
  });
});

test("bits of nonces are evenly spread", () => {
  const dealt = 20_000;
  const ones = Array.from({ length: 96 }, () => 0);
  for (let nonce = 0; nonce < dealt; nonce += 1) {
    const bytes = nextNonce();
    for (let bit = 0; bit < 96; bit += 1)
      ones[bit] = (ones[bit] ?? 0) + ((bytes.readUInt8(bit >> 3) >> (bit & 7)) & 1);
  }
  // Seven standard deviations: fails by chance once in some 10^9 runs, and at once if a byte is constant.
  const slack = 7 * Math.sqrt(dealt / 4);
  for (const count of ones) expect(Math.abs(count - dealt / 2)).toBeLessThan(slack);
});

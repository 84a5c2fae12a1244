import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { environmentKeyEncryptionKey } from "./environment-key";
import { DecryptionFailed } from "./errors";
import type { DataKeyContext } from "./key-encryption-key";
import { type RingKey, ringKey } from "./key-ring";
import { ringOf } from "./test-support";
import orcw1 from "./vectors/orcw1.json" with { type: "json" };

const CONTEXT: DataKeyContext = {
  dataKeyId: "abcdefghijklmnopqrstuvwxyz234567",
  ownerKind: "user",
  ownerId: "5f0c1d5e-5a53-4c0b-9d0e-2f6a6f1f7a11",
};
const kek = environmentKeyEncryptionKey(ringOf("k1").current);

/** How an attempt ended: "opened", or the name of the error. */
async function outcome(wrapped: Uint8Array, context = CONTEXT, key = kek): Promise<string> {
  return key.unwrap(wrapped, context).then(
    () => "opened",
    (error: unknown) => (error instanceof DecryptionFailed ? "DecryptionFailed" : String(error)),
  );
}

test("a data key comes back as it went in, and never wraps to the same bytes twice", async () => {
  const dataKey = randomBytes(32);
  const wrapped = await Promise.all(Array.from({ length: 200 }, () => kek.wrap(dataKey, CONTEXT)));
  for (const each of wrapped) expect(await kek.unwrap(each, CONTEXT)).toEqual(dataKey);
  expect(new Set(wrapped.map((each) => Buffer.from(each).toString("hex"))).size).toBe(200);
});

describe("a wrapped key that was changed or moved stays shut", () => {
  test("every single bit flipped", async () => {
    const wrapped = await kek.wrap(randomBytes(32), CONTEXT);
    expect(wrapped).toHaveLength(60);
    for (let bit = 0; bit < wrapped.length * 8; bit += 1) {
      const changed = Uint8Array.from(wrapped, (byte, at) =>
        at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte,
      );
      expect(await outcome(changed), `bit ${bit}`).toBe("DecryptionFailed");
    }
    expect(await outcome(wrapped)).toBe("opened");
  });

  test("every truncation from either end, and bytes added", async () => {
    const wrapped = await kek.wrap(randomBytes(32), CONTEXT);
    for (let at = 0; at < wrapped.length; at += 1) {
      expect(await outcome(wrapped.subarray(0, at))).toBe("DecryptionFailed");
      expect(await outcome(wrapped.subarray(at + 1))).toBe("DecryptionFailed");
    }
    expect(await outcome(Buffer.concat([wrapped, Buffer.alloc(1)]))).toBe("DecryptionFailed");
    expect(await outcome(Buffer.concat([Buffer.alloc(1), wrapped]))).toBe("DecryptionFailed");
  });

  test.each<[string, Partial<DataKeyContext>]>([
    ["another data key's id", { dataKeyId: "bbcdefghijklmnopqrstuvwxyz234567" }],
    ["another kind of owner", { ownerKind: "project" }],
    ["another owner", { ownerId: "0d9c2f0a-5a53-4c0b-9d0e-2f6a6f1f7a11" }],
    ["the boundary of two fields moved", { ownerKind: "user5", ownerId: CONTEXT.ownerId.slice(1) }],
  ])("%s", async (_, change) => {
    expect(await outcome(await kek.wrap(randomBytes(32), CONTEXT), { ...CONTEXT, ...change })).toBe(
      "DecryptionFailed",
    );
  });

  test("another key, and the same key under another id", async () => {
    const wrapped = await kek.wrap(randomBytes(32), CONTEXT);
    const another = environmentKeyEncryptionKey({ ...ringOf("k2").current, id: "k1" });
    const renamed = environmentKeyEncryptionKey({ ...ringOf("k1").current, id: "k9" });
    expect(await outcome(wrapped, CONTEXT, another)).toBe("DecryptionFailed");
    expect(await outcome(wrapped, CONTEXT, renamed)).toBe("DecryptionFailed");
  });
});

test.each([0, 16, 31, 33, 64])("a data key of %i bytes is a caller's mistake", async (length) => {
  await expect(kek.wrap(randomBytes(length), CONTEXT)).rejects.toThrow(RangeError);
});

test("the wrapping key is neither the sealing nor the fingerprinting key", () => {
  const { sealing, fingerprinting, wrapping } = ringOf("k1").current;
  expect(wrapping.equals(sealing)).toBe(false);
  expect(wrapping.equals(fingerprinting)).toBe(false);
});

describe("frozen values of format orcw1", () => {
  test.each(orcw1.opens)("$name opens", async ({ key, context, wrapped, dataKey }) => {
    const opened = await vectorKey(key).unwrap(bytesOf(wrapped), context);
    expect(Buffer.from(opened).toString("hex")).toBe(dataKey);
  });

  test.each(orcw1.refused)("$name is refused", async ({ key, context, wrapped }) => {
    expect(await outcome(bytesOf(wrapped), context, vectorKey(key))).toBe("DecryptionFailed");
  });
});

function vectorKey(id: string) {
  const keys: Record<string, string> = orcw1.keys;
  const key: RingKey = ringKey(id, Buffer.from(keys[id] ?? "", "hex"));
  return environmentKeyEncryptionKey(key);
}

/** The bytes of `orcw1.<key id>.<base64url>`. */
function bytesOf(wrapped: string): Buffer {
  return Buffer.from(wrapped.split(".")[2] ?? "", "base64url");
}

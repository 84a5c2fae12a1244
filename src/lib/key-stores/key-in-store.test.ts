import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { DecryptionFailed, KeyStoreRefused, KeyStoreUnavailable } from "@/lib/encryption";
import { type KeyStore, keyInStore } from "./key-in-store";

const CONTEXT = { dataKeyId: "abcdefghijklmnopqrstuvwxyz234567", ownerKind: "user", ownerId: "somebody" };

/** A store that keeps what it is given, unless a test overrides it. */
function store(change: Partial<KeyStore> = {}) {
  return keyInStore({
    id: "kek-1",
    name: "memory",
    timeoutMs: 5000,
    encrypt: async (dataKey) => Uint8Array.from(dataKey),
    decrypt: async (wrapped) => Uint8Array.from(wrapped),
    failure: () => new KeyStoreRefused("kek-1", "a reason"),
    ...change,
  });
}

describe("a store's answer is validated", () => {
  test.each([0, 16, 31, 33, 4096])(
    "%i bytes in place of a data key are refused, and zeroed",
    async (length) => {
      const answer = randomBytes(length);
      const kek = store({ decrypt: async () => answer });
      await expect(kek.unwrap(randomBytes(60), CONTEXT)).rejects.toThrow(DecryptionFailed);
      expect(answer).toEqual(Buffer.alloc(length));
    },
  );

  test.each([0, 4097])("%i bytes in place of a wrapped key are not stored", async (length) => {
    const kek = store({ encrypt: async () => randomBytes(length) });
    await expect(kek.wrap(randomBytes(32), CONTEXT)).rejects.toThrow(KeyStoreUnavailable);
  });

  test("4,096 bytes are", async () => {
    const kek = store({ encrypt: async () => Buffer.alloc(4096) });
    expect(await kek.wrap(randomBytes(32), CONTEXT)).toHaveLength(4096);
  });
});

test.each([0, 4097])("a wrapped key of %i bytes is refused without asking the store", async (length) => {
  let asked = 0;
  const kek = store({
    decrypt: async () => {
      asked += 1;
      return randomBytes(32);
    },
  });
  await expect(kek.unwrap(randomBytes(length), CONTEXT)).rejects.toThrow(DecryptionFailed);
  expect(asked).toBe(0);
});

describe("only typed errors get out", () => {
  test("one of ours unchanged", async () => {
    const error = new KeyStoreUnavailable("kek-1", "another reason");
    const kek = store({ encrypt: () => Promise.reject(error) });
    await expect(kek.wrap(randomBytes(32), CONTEXT)).rejects.toBe(error);
  });

  test("any other as mapped by the store, without a cause", async () => {
    const kek = store({ encrypt: () => Promise.reject(new Error("with the request in it")) });
    const error: unknown = await kek.wrap(randomBytes(32), CONTEXT).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(KeyStoreRefused);
    expect(error).not.toHaveProperty("cause");
  });
});

test("a store that never answers is aborted, and is unavailable", async () => {
  const signals: AbortSignal[] = [];
  const kek = store({
    timeoutMs: 10,
    decrypt: (_wrapped, _context, signal) => {
      signals.push(signal);
      return new Promise(() => {});
    },
  });
  await expect(kek.unwrap(randomBytes(60), CONTEXT)).rejects.toThrow(
    'The key store of key "kek-1" cannot be reached (no answer within 0.01 seconds); try again in a moment.',
  );
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
});

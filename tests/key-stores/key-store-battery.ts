import { randomBytes } from "node:crypto";
import { format, inspect } from "node:util";
import { describe, expect, test } from "vitest";
import {
  type DataKeyContext,
  DecryptionFailed,
  EncryptionError,
  type KeyEncryptionKey,
} from "@/lib/encryption";
import { checkKeyStore } from "@/lib/key-stores/check-key-store";

export const CONTEXT: DataKeyContext = {
  dataKeyId: "abcdefghijklmnopqrstuvwxyz234567",
  ownerKind: "user",
  ownerId: "5f0c1d5e-5a53-4c0b-9d0e-2f6a6f1f7a11",
};

const ELSEWHERE: [string, Partial<DataKeyContext>][] = [
  ["another data key's id", { dataKeyId: "bbcdefghijklmnopqrstuvwxyz234567" }],
  ["another kind of owner", { ownerKind: "project" }],
  ["another owner", { ownerId: "0d9c2f0a-5a53-4c0b-9d0e-2f6a6f1f7a11" }],
  ["the same owner in other letters", { ownerId: CONTEXT.ownerId.toUpperCase() }],
  ["the boundary of two fields moved", { ownerKind: "user5", ownerId: CONTEXT.ownerId.slice(1) }],
];

/** How an attempt ended: the error it threw. An attempt that returns has failed the test. */
export async function refusal(attempt: Promise<unknown>): Promise<EncryptionError> {
  const outcome = await attempt.then(
    () => "no error",
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(EncryptionError);
  return outcome as EncryptionError; // asserted in the line above
}

/** Class and code in one line, so that a test cannot pass with the right class and a wrong code. */
export async function refusedAs(attempt: Promise<unknown>): Promise<string> {
  const error = await refusal(attempt);
  return `${error.constructor.name}:${error.code}`;
}

export const FAILED = "DecryptionFailed:decryption_failed";
export const REFUSED = "KeyStoreRefused:key_store_refused";
export const UNAVAILABLE = "KeyStoreUnavailable:key_store_unavailable";

/**
 * Pieces of the secrets, 8 characters long, as they are, in hex and in base64, that an error shows in any
 * rendering.
 */
export function tracesIn(error: Error, secrets: readonly (string | Uint8Array)[]): string[] {
  const all = { depth: 20, showHidden: true, getters: true } as const;
  const rendering = [
    inspect(error, all),
    inspect(error, { ...all, customInspect: false }),
    inspect(error.cause, all),
    format("%s %o %j", error, error, error),
    error.stack,
    JSON.stringify(Object.getOwnPropertyDescriptors(error)),
  ].join("\n");
  const spellings = secrets.flatMap((secret) => {
    const bytes = Buffer.from(secret);
    return [
      bytes.toString("latin1"),
      bytes.toString("hex"),
      bytes.toString("base64"),
      bytes.toString("base64url"),
    ];
  });
  return spellings.flatMap((text) =>
    Array.from({ length: Math.max(text.length - 7, 0) }, (_, at) => text.slice(at, at + 8)).filter((piece) =>
      rendering.includes(piece),
    ),
  );
}

/**
 * What every key-encryption key must do, whatever stores it. `keyOf` makes one with the given id for the same
 * stored key.
 */
export function keyStoreBattery(keyOf: (id: string) => KeyEncryptionKey): void {
  const key = () => keyOf("kek-1");

  test("a data key comes back, and never wraps to the same bytes twice", async () => {
    const dataKey = randomBytes(32);
    const first = await key().wrap(dataKey, CONTEXT);
    const second = await key().wrap(dataKey, CONTEXT);
    expect(Buffer.from(first).equals(second)).toBe(false);
    expect(first.length).toBeLessThanOrEqual(4096);
    for (const wrapped of [first, second]) {
      expect(Buffer.from(await key().unwrap(wrapped, CONTEXT))).toEqual(dataKey);
    }
  });

  test("views into larger memory, which SDKs have mixed up with all of it", async () => {
    const memory = new Uint8Array(randomBytes(1000));
    const dataKey = memory.subarray(100, 132);
    const wrapped = await key().wrap(dataKey, CONTEXT);
    memory.set(wrapped, 300);
    const opened = await key().unwrap(memory.subarray(300, 300 + wrapped.length), CONTEXT);
    expect(Buffer.from(opened)).toEqual(Buffer.from(dataKey));
  });

  test("the data key is not changed, and does not show in what is stored", async () => {
    const dataKey = randomBytes(32);
    const before = Buffer.from(dataKey);
    const wrapped = Buffer.from(await key().wrap(dataKey, CONTEXT));
    expect(dataKey).toEqual(before);
    expect(wrapped.includes(before) || wrapped.includes(before.toString("base64"))).toBe(false);
  });

  test.each(ELSEWHERE)("in the place of %s it stays shut", async (_, change) => {
    const wrapped = await key().wrap(randomBytes(32), CONTEXT);
    expect(await refusedAs(key().unwrap(wrapped, { ...CONTEXT, ...change }))).toBe(FAILED);
  });

  test("under another key id it stays shut, though the stored key is the same", async () => {
    const wrapped = await key().wrap(randomBytes(32), CONTEXT);
    expect(await refusedAs(keyOf("kek-2").unwrap(wrapped, CONTEXT))).toBe(FAILED);
  });

  test("a bit changed in any of its bytes", async () => {
    const kek = key();
    const wrapped = await kek.wrap(randomBytes(32), CONTEXT);
    for (let at = 0; at < wrapped.length; at += 1) {
      const changed = Uint8Array.from(wrapped);
      changed[at] = (wrapped[at] ?? 0) ^ (1 << (at % 8));
      expect(await refusedAs(kek.unwrap(changed, CONTEXT)), `byte ${at}`).toBe(FAILED);
    }
  });

  test("cut at either end, lengthened, empty, or far too long", async () => {
    const kek = key();
    const wrapped = Buffer.from(await kek.wrap(randomBytes(32), CONTEXT));
    const attempts = [
      wrapped.subarray(1),
      wrapped.subarray(0, -1),
      wrapped.subarray(0, 12),
      Buffer.concat([wrapped, wrapped.subarray(-4)]),
      Buffer.alloc(0),
      Buffer.alloc(100_000, wrapped),
    ];
    for (const changed of attempts) expect(await refusedAs(kek.unwrap(changed, CONTEXT))).toBe(FAILED);
  });

  test.each([0, 16, 31, 33])("a data key of %i bytes is a caller's mistake", async (length) => {
    await expect(key().wrap(randomBytes(length), CONTEXT)).rejects.toThrow(RangeError);
  });

  test("50 concurrent people each get their own data key back", async () => {
    const kek = key();
    const results = await Promise.all(
      Array.from({ length: 50 }, async (_, person) => {
        const context = { ...CONTEXT, ownerId: `person-${person}` };
        const dataKey = randomBytes(32);
        return dataKey.equals(await kek.unwrap(await kek.wrap(dataKey, context), context));
      }),
    );
    expect(results).toEqual(Array.from({ length: 50 }, () => true));
  });

  test("the check at a start finds nothing wrong", async () => {
    expect(await checkKeyStore(key())).toBeNull();
  });

  test("printing the key shows its id and its store only", () => {
    expect(Object.keys(key()).toSorted()).toEqual(["id", "store", "unwrap", "wrap"]);
  });
}

/** How a store failure affects both operations, and that they recover with the store. */
export function troubleTest(
  keyOf: () => KeyEncryptionKey,
  cases: readonly [name: string, expected: string, reason: string, begin: () => void][],
  end: () => void,
  secrets: () => readonly (string | Uint8Array)[],
): void {
  describe("trouble in the store", () => {
    test.each(cases)("%s: %s", async (_, expected, reason, begin) => {
      const kek = keyOf();
      const dataKey = randomBytes(32);
      const wrapped = await kek.wrap(dataKey, CONTEXT);
      begin();
      try {
        for (const attempt of [() => kek.wrap(dataKey, CONTEXT), () => kek.unwrap(wrapped, CONTEXT)]) {
          const error = await refusal(attempt());
          expect(`${error.constructor.name}:${error.code}`).toBe(expected);
          expect(error.message).toMatch(/^The key store of key "kek-1" .+\.$/);
          expect(error.message).toContain(`(${reason})`);
          expect(error.message.length).toBeLessThan(300);
          expect(tracesIn(error, [dataKey, wrapped, ...secrets()])).toEqual([]);
        }
        expect(await checkKeyStore(kek)).toMatchObject({ keyId: "kek-1", code: expected.split(":")[1] });
      } finally {
        end();
      }
      expect(dataKey.equals(await kek.unwrap(wrapped, CONTEXT))).toBe(true);
    });
  });
}

/** The check detects a store that gives wrong answers. */
export function dishonestStoreTest(
  keyOf: () => KeyEncryptionKey,
  pretend: (trouble: "ignores-context" | "other-bytes" | null) => void,
): void {
  test.each([
    ["ignores-context", "context_not_checked"],
    ["other-bytes", "round_trip_differs"],
  ] as const)("the check at a start finds a store that %s", async (trouble, code) => {
    pretend(trouble);
    try {
      expect(await checkKeyStore(keyOf())).toMatchObject({ keyId: "kek-1", code });
    } finally {
      pretend(null);
    }
  });
}

/** Shows that the search for secrets finds one. */
export function searchTest(): void {
  test("the search for secrets finds a planted one, in its cause too", () => {
    const secret = randomBytes(32);
    const planted = new DecryptionFailed();
    planted.cause = { request: { body: `{"Plaintext":"${secret.toString("base64")}"}` } };
    expect(tracesIn(planted, [secret]).length).toBeGreaterThan(0);
    expect(tracesIn(new DecryptionFailed(), [secret])).toEqual([]);
  });
}

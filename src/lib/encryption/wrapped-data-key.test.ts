import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { openWithDataKey, sealWithDataKey } from "./data-key-seal";
import { environmentKeyEncryptionKey } from "./environment-key";
import { EncryptionError, KeyStoreRefused, KeyStoreUnavailable } from "./errors";
import type { DataKeyContext, KeyEncryptionKey } from "./key-encryption-key";
import {
  BAD_CONTEXT,
  FAILED,
  MALFORMED,
  ringOf,
  SECRET,
  UNKNOWN_KEY,
  CONTEXT as VALUE,
} from "./test-support";
import {
  createDataKey,
  type DataKeyOwner,
  describeWrapped,
  KeyEncryptionKeys,
  rewrapDataKey,
  unwrapDataKey,
} from "./wrapped-data-key";

const OWNER: DataKeyOwner = { ownerKind: "user", ownerId: "5f0c1d5e-5a53-4c0b-9d0e-2f6a6f1f7a11" };
const [k1, k2] = [
  environmentKeyEncryptionKey(ringOf("k1").current),
  environmentKeyEncryptionKey(ringOf("k2").current),
];
const keys = new KeyEncryptionKeys([k1, k2]);
const { dataKey, wrapped } = await createDataKey(OWNER, k1);
const CONTEXT: DataKeyContext = { ...OWNER, dataKeyId: dataKey.id };

/** Class and code of the error, or "opened". */
async function outcome(text: string, context = CONTEXT, by = keys): Promise<string> {
  const how = await ending(unwrapDataKey(text, context, by));
  // What cannot be unwrapped is never wrapped again.
  expect(await ending(rewrapDataKey(text, context, by))).toBe(how);
  return how;
}

async function ending(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => "opened",
    (error: unknown) => {
      if (!(error instanceof EncryptionError)) throw error;
      return `${error.constructor.name}:${error.code}`;
    },
  );
}

/** k1, wrapping in a different way. */
const k1With = (wrap: KeyEncryptionKey["wrap"]): KeyEncryptionKey => ({ ...k1, wrap });

/** A key store that returns arbitrary bytes, under its own id. */
function storeThatGives(bytes: () => Uint8Array): KeyEncryptionKey {
  return { id: "liar", store: "test", wrap: async () => randomBytes(60), unwrap: async () => bytes() };
}

describe("a data key comes back", () => {
  test("as it was made, and opens what it sealed", async () => {
    const sealed = sealWithDataKey(SECRET, VALUE, dataKey);
    const again = await unwrapDataKey(wrapped, CONTEXT, keys);
    expect(again.id).toBe(dataKey.id);
    expect(openWithDataKey(sealed, VALUE, again)).toBe(SECRET);
    expect(wrapped).toMatch(/^orcw1\.k1\.[A-Za-z0-9_-]{80}$/);
    expect(describeWrapped(wrapped)).toEqual({ keyEncryptionKeyId: "k1" });
  });

  test("under the current key-encryption key after rewrapping, with its values untouched", async () => {
    const sealed = sealWithDataKey(SECRET, VALUE, dataKey);
    const rewrapped = await rewrapDataKey(wrapped, CONTEXT, new KeyEncryptionKeys([k2, k1]));
    expect(describeWrapped(rewrapped)).toEqual({ keyEncryptionKeyId: "k2" });
    const again = await unwrapDataKey(rewrapped, CONTEXT, new KeyEncryptionKeys([k2])); // k1 is gone
    expect(openWithDataKey(sealed, VALUE, again)).toBe(SECRET);
  });

  test("with another key and another wrapped text each time", async () => {
    const made = await Promise.all(Array.from({ length: 200 }, async () => createDataKey(OWNER, k1)));
    expect(new Set(made.map((each) => each.dataKey.id)).size).toBe(200);
    expect(new Set(made.map((each) => each.wrapped)).size).toBe(200);
    const rewrapped = await Promise.all(
      Array.from({ length: 50 }, async () => rewrapDataKey(wrapped, CONTEXT, keys)),
    );
    expect(new Set([wrapped, ...rewrapped]).size).toBe(51);
  });
});

/** What a changed text must be refused as, by a description of the form that shares no code with ours. */
function expected(text: string): string {
  const form = /^orcw1\.(?<keyId>[a-z0-9_-]{1,32})\.(?<payload>[A-Za-z0-9_-]+)$/.exec(text);
  const { keyId = "", payload = "" } = form?.groups ?? {};
  const spare = ["", "-", "AQgw", "AEIMQUYcgkosw048"][payload.length % 4] ?? "";
  const canonical = spare === "" || spare.includes(payload.slice(-1));
  if (form === null || text.endsWith("\n") || !canonical || payload.length % 4 === 1) return MALFORMED;
  return keyId === "k1" || keyId === "k2" ? FAILED : UNKNOWN_KEY;
}

async function differences(texts: string[]): Promise<string[][]> {
  const seen = await Promise.all(texts.map(async (text) => [JSON.stringify(text), await outcome(text)]));
  return seen.filter(([, how], at) => how !== expected(texts[at] ?? ""));
}

describe("a wrapped key that was changed stays shut", () => {
  test("every single bit of its text flipped, all 16 of each character", async () => {
    const flips = Array.from(wrapped, (character, at) =>
      Array.from({ length: 16 }, (_, bit) => {
        const unit = String.fromCharCode(character.charCodeAt(0) ^ (1 << bit));
        return wrapped.slice(0, at) + unit + wrapped.slice(at + 1);
      }),
    ).flat();
    expect(await differences(flips)).toEqual([]);
    expect(flips).toHaveLength(wrapped.length * 16);
  });

  test("every truncation from either end, every character left out", async () => {
    const cuts = Array.from(wrapped, (_, at) => [
      wrapped.slice(0, at),
      wrapped.slice(at + 1),
      wrapped.slice(0, at) + wrapped.slice(at + 1),
    ]).flat();
    expect(await differences(cuts)).toEqual([]);
  });

  test("every extension by one character, in every place", async () => {
    const extensions = Array.from("AQ9-_=+/. \n\u0000\u0141", (extra) =>
      Array.from(`${wrapped} `, (_, at) => wrapped.slice(0, at) + extra + wrapped.slice(at)),
    ).flat();
    expect(await differences(extensions)).toEqual([]);
  });

  test.each([
    ["empty", ""],
    ["its prefix", "orcw1."],
    ["without a payload", "orcw1.k1."],
    ["a sealed value", sealWithDataKey("x", VALUE, dataKey)],
    ["padded", `${wrapped}====`],
    ["too long", `orcw1.k1.${"A".repeat(6000)}`],
    ["another version", wrapped.replace("orcw1", "orcw2")],
  ])("%s", async (_, text) => {
    expect(await outcome(text)).toBe(MALFORMED);
  });
});

describe("a wrapped key that was moved stays shut", () => {
  test.each<[string, Partial<DataKeyContext>]>([
    ["to another owner", { ownerId: "0d9c2f0a-5a53-4c0b-9d0e-2f6a6f1f7a11" }],
    ["to another kind of owner", { ownerKind: "project" }],
    ["to another id", { dataKeyId: "abcdefghijklmnopqrstuvwxyz234567" }],
    ["over the boundary of two fields", { ownerKind: "user5", ownerId: OWNER.ownerId.slice(1) }],
  ])("%s", async (_, change) => {
    expect(await outcome(wrapped, { ...CONTEXT, ...change })).toBe(FAILED);
  });

  test("to the name of another key-encryption key, known or not", async () => {
    expect(await outcome(wrapped.replace("orcw1.k1.", "orcw1.k2."))).toBe(FAILED);
    expect(await outcome(wrapped.replace("orcw1.k1.", "orcw1.k3."))).toBe(UNKNOWN_KEY);
    expect(await outcome(wrapped, CONTEXT, new KeyEncryptionKeys([k2]))).toBe(UNKNOWN_KEY);
  });

  test("into the place of another valid one of the same owner, and of another owner", async () => {
    const [mine, theirs] = await Promise.all([
      createDataKey(OWNER, k1),
      createDataKey({ ...OWNER, ownerId: "another" }, k1),
    ]);
    expect(await outcome(mine.wrapped)).toBe(FAILED);
    expect(await outcome(theirs.wrapped)).toBe(FAILED);
    expect(await outcome(mine.wrapped, { ...OWNER, dataKeyId: mine.dataKey.id })).toBe("opened");
  });
});

const liar = (bytes: () => Uint8Array) => new KeyEncryptionKeys([storeThatGives(bytes)]);

describe("whatever a key store gives back, the id decides", () => {
  const named = `orcw1.liar.${randomBytes(60).toString("base64url")}`;

  test.each<[string, () => Uint8Array]>([
    ["32 other bytes", () => randomBytes(32)],
    [
      "the right key with one bit flipped",
      () => dataKey.sealing.export().map((byte, at) => (at ? byte : byte ^ 1)),
    ],
    ["31 bytes of it", () => dataKey.sealing.export().subarray(0, 31)],
    ["33 bytes", () => Buffer.concat([dataKey.sealing.export(), Buffer.alloc(1)])],
    ["none", () => new Uint8Array(0)],
  ])("%s", async (_, bytes) => {
    expect(await outcome(named, CONTEXT, liar(bytes))).toBe(FAILED);
  });

  test("the right bytes do open, so it was the id that refused the others", async () => {
    const opened = await unwrapDataKey(
      named,
      CONTEXT,
      liar(() => dataKey.sealing.export()),
    );
    expect(opened.sealing.equals(dataKey.sealing)).toBe(true);
  });

  test("and the bytes it gave are zeroed, whether they were the right ones or not", async () => {
    const given = [dataKey.sealing.export(), randomBytes(32), randomBytes(31)];
    for (const bytes of given)
      await ending(
        unwrapDataKey(
          named,
          CONTEXT,
          liar(() => bytes),
        ),
      );
    expect(given.map((bytes) => bytes.every((byte) => byte === 0))).toEqual([true, true, true]);
  });

  test("the bytes handed to a key store for wrapping are zeroed afterwards, also when it fails", async () => {
    const seen: Uint8Array[] = [];
    const kept = k1With(async (bytes) => {
      seen.push(bytes);
      return randomBytes(60);
    });
    const down = k1With(async (bytes) => {
      seen.push(bytes);
      throw new KeyStoreUnavailable("k1", "no answer");
    });
    await createDataKey(OWNER, kept);
    expect(await ending(createDataKey(OWNER, down))).toBe("KeyStoreUnavailable:key_store_unavailable");
    expect(seen.map((bytes) => bytes.every((byte) => byte === 0))).toEqual([true, true]);
  });
});

describe("a key store that does not serve", () => {
  test.each([
    ["is down", new KeyStoreUnavailable("k1", "no answer"), "KeyStoreUnavailable:key_store_unavailable"],
    ["refuses", new KeyStoreRefused("k1", "disabled"), "KeyStoreRefused:key_store_refused"],
  ])("%s: said as it is, never as a key that cannot be decrypted", async (_, error, how) => {
    const failing = new KeyEncryptionKeys([{ ...k1, unwrap: () => Promise.reject(error) }]);
    expect(await outcome(wrapped, CONTEXT, failing)).toBe(how);
  });

  test.each([[0], [4097]])(
    "answers with %i bytes: nothing is stored that could not be read again",
    async (length) => {
      const odd: KeyEncryptionKey = { ...k1, wrap: async () => Buffer.alloc(length, 1) };
      await expect(createDataKey(OWNER, odd)).rejects.toThrow(RangeError);
      await expect(rewrapDataKey(wrapped, CONTEXT, new KeyEncryptionKeys([odd]))).rejects.toThrow(RangeError);
    },
  );

  test("answers with the longest wrapped form: it is read again", async () => {
    const payload = randomBytes(4096);
    const longest: KeyEncryptionKey = {
      id: "k".repeat(32),
      store: "test",
      wrap: async () => payload,
      unwrap: async (bytes) => (payload.equals(bytes) ? dataKey.sealing.export() : randomBytes(32)),
    };
    const text = await rewrapDataKey(wrapped, CONTEXT, new KeyEncryptionKeys([longest, k1]));
    expect(await outcome(text, CONTEXT, new KeyEncryptionKeys([longest]))).toBe("opened");
  });

  test("has an id that could not be read again", async () => {
    for (const id of ["", "K1", "a.b", "k".repeat(33)]) {
      await expect(createDataKey(OWNER, { ...k1, id })).rejects.toThrow(RangeError);
    }
  });
});

describe("what is authenticated cannot stand for something else", () => {
  test.each(["ownerKind", "ownerId"])("an unusable %s is refused, to make and to open", async (field) => {
    for (const value of ["", "\ud800", "x".repeat(1025)]) {
      expect(await ending(createDataKey({ ...OWNER, [field]: value }, k1))).toBe(BAD_CONTEXT);
      expect(await outcome(wrapped, { ...CONTEXT, [field]: value })).toBe(BAD_CONTEXT);
    }
  });

  test("a lone surrogate does not open the key of an owner named U+FFFD, which has the same UTF-8", async () => {
    const replaced = await createDataKey({ ...OWNER, ownerId: "\ufffd" }, k1);
    const context = { ...OWNER, ownerId: "\ud800", dataKeyId: replaced.dataKey.id };
    expect(await outcome(replaced.wrapped, context)).toBe(BAD_CONTEXT);
  });
});

describe("the key-encryption keys of an installation", () => {
  test("the first one is current, all are found by id, later changes of the list do not matter", () => {
    const list = [k2, k1];
    const both = new KeyEncryptionKeys(list);
    list.pop();
    expect([both.current, both.find("k1"), both.find("k3"), both.all.length]).toEqual([k2, k1, undefined, 2]);
  });

  test("none, or two with one id, are a mistake", () => {
    expect(() => new KeyEncryptionKeys([])).toThrow(RangeError);
    expect(() => new KeyEncryptionKeys([k1, { ...k2, id: "k1" }])).toThrow(RangeError);
  });
});

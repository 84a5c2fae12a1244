import { format, inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { DataKey } from "./data-key";
import { DataKeyCache } from "./data-key-cache";
import { openWithDataKey, sealWithDataKey } from "./data-key-seal";
import { environmentKeyEncryptionKey } from "./environment-key";
import { EncryptionConfigError, EncryptionError } from "./errors";
import { dataKeyFingerprint, keyFingerprint } from "./fingerprint";
import { decrypt, openSealed } from "./open";
import { parseKeyRing } from "./parse-key-ring";
import { encrypt } from "./seal";
import { CONTEXT, hexKey, refusal, ringOf, SECRET } from "./test-support";
import { createDataKey, KeyEncryptionKeys, unwrapDataKey } from "./wrapped-data-key";

const ring = ringOf("k2", "k1");
const sealed = encrypt(SECRET, CONTEXT, ring);

/** Every way a log line, a crash report or an error page could print a value. */
function everyRendering(value: unknown): string {
  const all = { depth: 20, showHidden: true, showProxy: true, getters: true } as const;
  const parts = [
    inspect(value, all),
    inspect(value, { ...all, customInspect: false }),
    format("%s %o %O %j", value, value, value, value),
    JSON.stringify(value),
    JSON.stringify(Object.getOwnPropertyDescriptors(value)),
    String(value),
    inspect(structuredClone(value), all),
  ];
  if (value instanceof Error) parts.push(value.message, String(value.stack), inspect(value.cause, all));
  return parts.join("\n");
}

/** Windows of a secret in plain text, in hex and in base64: what a careless message could contain. */
function traces(secret: string | Buffer): string[] {
  const raw = Buffer.from(secret);
  const spellings = [
    raw.toString("hex"),
    raw.toString("hex").toUpperCase(),
    raw.toString("base64"),
    raw.toString("base64url"),
  ];
  if (typeof secret === "string") spellings.push(secret, secret.split("").toReversed().join(""));
  return spellings.flatMap((text) => {
    const windows: string[] = [];
    for (let at = 0; at + 8 <= text.length; at += 1) windows.push(text.slice(at, at + 8));
    return windows;
  });
}

/** The traces found; a test expects none. */
function found(rendering: string, ...secrets: (string | Buffer)[]): string[] {
  return secrets.flatMap(traces).filter((trace) => rendering.includes(trace));
}

const keyBytes = ["k1", "k2"].map((id) => Buffer.from(hexKey(id), "hex"));

const failures: [string, () => unknown][] = [
  ["a changed value", () => decrypt(`${sealed.slice(0, -4)}AAAA`, CONTEXT, ring)],
  ["another owner", () => decrypt(sealed, { ...CONTEXT, owner: SECRET }, ring)],
  ["a retired key", () => decrypt(sealed, CONTEXT, ringOf("k1"))],
  ["a plaintext where a sealed value should be", () => decrypt(SECRET, CONTEXT, ring)],
  ["a plaintext behind the prefix", () => decrypt(`orc1.${SECRET}`, CONTEXT, ring)],
  ["a plaintext as the key id", () => decrypt(sealed.replace(".k2.", `.${SECRET}.`), CONTEXT, ring)],
  ["the old format switched off", () => openSealed(SECRET, CONTEXT, ring, { allowLegacy: false })],
  ["a text too long", () => encrypt(SECRET.repeat(1000), CONTEXT, ring)],
  ["a broken text", () => encrypt(`${SECRET}\ud800`, CONTEXT, ring)],
  ["a context with a secret in it", () => encrypt("x", { ...CONTEXT, purpose: `${SECRET}\ud800` }, ring)],
  ["a fingerprint of a broken text", () => keyFingerprint(`${SECRET}\ud800`, "domain", ring)],
  ["a key one digit short", () => parseKeyRing({ ENCRYPTION_KEY: hexKey("k1").slice(1) })],
  ["a key that is no key", () => parseKeyRing({ ENCRYPTION_KEY: SECRET })],
  ["id and key swapped", () => parseKeyRing({ ENCRYPTION_KEYS: `${hexKey("k1")}:k1` })],
  ["the same key twice", () => parseKeyRing({ ENCRYPTION_KEYS: `a:${hexKey("k1")},b:${hexKey("k1")}` })],
];

const dataKeyBytes = Buffer.from(hexKey("data key"), "hex");
const dataKey = new DataKey(dataKeyBytes);
const sealedByDataKey = sealWithDataKey(SECRET, CONTEXT, dataKey);

const derivedBytes = () => dataKey.derive("orc2 key fingerprint").export();

describe("a data key printed in any way shows its id only", () => {
  test("inspect, format, JSON, String, property descriptors, structured clone", () => {
    dataKeyFingerprint(SECRET, "domain", dataKey); // makes the derived key, which is kept
    const rendering = everyRendering(dataKey) + everyRendering({ nested: [dataKey, dataKey.sealing] });
    expect(found(rendering, dataKeyBytes, derivedBytes())).toEqual([]);
    expect(String(dataKey)).toBe(`DataKey(${dataKey.id}; key withheld)`);
    expect(JSON.stringify({ dataKey })).toContain("key withheld");
    expect(inspect({ nested: { dataKey } }, { depth: 10 })).toContain("key withheld");
  });

  test("in an error, its cause, and in what the cache holds", async () => {
    const cache = new DataKeyCache({ maxEntries: 10, lifeMs: 1000 });
    await cache.get(dataKey.id, async () => dataKey);
    const rendering = everyRendering(new Error("failed", { cause: { dataKey, list: [dataKey] } }));
    expect(rendering).toContain(dataKey.id);
    const cached = inspect(cache, { depth: 20, showHidden: true, getters: true }) + JSON.stringify(cache);
    expect(found(rendering + cached, dataKeyBytes, derivedBytes())).toEqual([]);
    cache.clear();
  });

  test("its fingerprint shows neither the secret nor the key", () => {
    const fingerprint = dataKeyFingerprint(SECRET, "domain", dataKey);
    expect(found(fingerprint, SECRET, dataKeyBytes, derivedBytes())).toEqual([]);
  });

  test.each<[string, () => unknown]>([
    ["a changed value", () => openWithDataKey(`${sealedByDataKey.slice(0, -4)}AAAA`, CONTEXT, dataKey)],
    ["another owner", () => openWithDataKey(sealedByDataKey, { ...CONTEXT, owner: SECRET }, dataKey)],
    ["another data key", () => openWithDataKey(sealedByDataKey, CONTEXT, new DataKey(Buffer.alloc(32, 1)))],
    ["a plaintext behind the prefix", () => openWithDataKey(`orc2.${SECRET}`, CONTEXT, dataKey)],
    ["a plaintext as the id", () => openWithDataKey(`orc2.${SECRET}.${SECRET}`, CONTEXT, dataKey)],
    ["a broken text", () => sealWithDataKey(`${SECRET}\ud800`, CONTEXT, dataKey)],
    ["a broken context", () => sealWithDataKey("x", { ...CONTEXT, owner: `${SECRET}\ud800` }, dataKey)],
  ])("nor does an error about %s hold anything", (_, failing) => {
    const body = sealedByDataKey.slice(`orc2.${dataKey.id}.`.length);
    expect(found(everyRendering(refusal(failing)), SECRET, dataKeyBytes, body)).toEqual([]);
  });

  test("nor one about a wrapped key that does not open, or opens to another key", async () => {
    const by = environmentKeyEncryptionKey(ring.current);
    const owner = { ownerKind: "user", ownerId: SECRET };
    const { wrapped, dataKey: made } = await createDataKey(owner, by);
    const context = { ...owner, dataKeyId: made.id };
    const lying = { ...by, unwrap: async () => Uint8Array.from(dataKeyBytes) };
    const down = { ...by, unwrap: () => Promise.reject(new EncryptionConfigError("not configured")) };
    const errors = await Promise.all([
      failureOf(unwrapDataKey(`${wrapped.slice(0, -4)}AAAA`, context, new KeyEncryptionKeys([by]))),
      failureOf(unwrapDataKey(wrapped, context, new KeyEncryptionKeys([lying]))),
      failureOf(unwrapDataKey(wrapped, context, new KeyEncryptionKeys([down]))),
      failureOf(unwrapDataKey(`orcw1.${SECRET}`, context, new KeyEncryptionKeys([by]))),
    ]);
    const payload = wrapped.slice("orcw1.k2.".length);
    const rendering = errors.map(everyRendering).join("\n");
    expect(found(rendering, SECRET, dataKeyBytes, made.sealing.export(), payload, ...keyBytes)).toEqual([]);
  });
});

async function failureOf(attempt: Promise<unknown>): Promise<EncryptionError> {
  const error: unknown = await attempt.catch((reason: unknown) => reason);
  if (!(error instanceof EncryptionError)) throw new Error("expected a refusal");
  return error;
}

describe("an error never holds a plaintext, a key or a sealed value", () => {
  test.each(failures)("%s", (_, attempt) => {
    const rendering = everyRendering(refusal(attempt));
    expect(
      found(rendering, SECRET, ...keyBytes, hexKey("k1"), hexKey("k2"), sealed.slice("orc1.k2.".length)),
    ).toEqual([]);
  });

  test("the search finds a planted secret, in every spelling it looks for", () => {
    for (const planted of [
      SECRET,
      SECRET.slice(30, 50),
      Buffer.from(SECRET).toString("hex"),
      Buffer.from(SECRET).toString("base64"),
    ]) {
      const rendering = everyRendering(new Error("failed", { cause: { deep: [{ planted }] } }));
      expect(found(rendering, SECRET).length).toBeGreaterThan(5);
    }
  });
});

describe("a failed opening is one error without a reason", () => {
  test("wrong tag, wrong context, wrong key and a wrong value of the old format look exactly alike", () => {
    const k1Sealed = encrypt(SECRET, CONTEXT, ringOf("k1"));
    const errors: EncryptionError[] = [
      refusal(() =>
        decrypt(k1Sealed.slice(0, -4) + (k1Sealed.endsWith("AAAA") ? "BBBB" : "AAAA"), CONTEXT, ring),
      ),
      refusal(() => decrypt(k1Sealed, { ...CONTEXT, owner: "another" }, ring)),
      refusal(() => decrypt(k1Sealed.replace(".k1.", ".k2."), CONTEXT, ring)),
      refusal(() => decrypt(Buffer.alloc(60, 7).toString("base64"), CONTEXT, ring)),
    ];
    const looks = errors.map((error) => ({
      name: error.name,
      code: error.code,
      message: error.message,
      cause: error.cause,
      own: Reflect.ownKeys(error).map(String).toSorted(),
    }));
    expect(new Set(looks.map((look) => inspect(look))).size).toBe(1);
    expect(looks[0]).toMatchObject({ code: "decryption_failed", cause: undefined });
  });
});

describe("a key ring printed in any way shows ids only", () => {
  test("inspect, format, JSON, String, property descriptors, structured clone", () => {
    const rendering = everyRendering(ring);
    expect(found(rendering, ...keyBytes, hexKey("k1"), hexKey("k2"))).toEqual([]);
    expect(inspect({ nested: { ring } }, { depth: 10 })).toContain(
      "KeyRing(current k2; ids k2, k1; keys withheld)",
    );
    expect(JSON.stringify({ ring })).toContain("keys withheld");
    expect(String(ring)).toContain("keys withheld");
  });

  test.each([
    ["its current key", ring.current],
    ["its list of keys", [...ring.keys]],
    ["a key looked up", ring.lookup("k1")],
  ])("%s", (_, value) => {
    const rendering = inspect(value, { depth: 20, showHidden: true }) + JSON.stringify(value);
    expect(rendering).toContain("k");
    expect(found(rendering, ...keyBytes, hexKey("k1"), hexKey("k2"))).toEqual([]);
  });
});

test("sealing leaves no copy of the secret in Node's shared buffer pool", () => {
  const canary = "PoolCanary-4f8a1c";
  // Not Buffer.from(canary): that would itself be in the pool.
  const wanted = Buffer.alloc(canary.length, canary);
  let poolsSeen = 0;
  for (let turn = 0; turn < 200; turn += 1) {
    decrypt(encrypt(canary, CONTEXT, ring), CONTEXT, ring);
    keyFingerprint(canary, "domain", ring);
    openWithDataKey(sealWithDataKey(canary, CONTEXT, dataKey), CONTEXT, dataKey);
    dataKeyFingerprint(canary, "domain", dataKey);
    const pool = Buffer.from(Buffer.from("x").buffer);
    poolsSeen += pool.length === Buffer.poolSize ? 1 : 0;
    expect(pool.includes(wanted)).toBe(false);
  }
  expect(poolsSeen).toBe(200);
});

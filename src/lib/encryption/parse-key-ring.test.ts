import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type KeyRingVariables, parseKeyRing } from "./parse-key-ring";
import { BAD_CONFIG, hexKey, refusal, refusedAs } from "./test-support";

const k1 = hexKey("k1");
const k2 = hexKey("k2");
const k3 = hexKey("k3");

describe("a key ring that is accepted", () => {
  test("ENCRYPTION_KEYS: the first is current", () => {
    const ring = parseKeyRing({ ENCRYPTION_KEYS: `k2:${k2},k1:${k1}` });
    expect(ring.currentId).toBe("k2");
    expect(ring.ids).toEqual(["k2", "k1"]);
    expect(ring.lookup("k1")?.id).toBe("k1");
    expect(ring.lookup("k3")).toBeUndefined();
    expect(ring.lookup("constructor")).toBeUndefined();
  });

  test("ENCRYPTION_KEY is a ring of one, k1", () => {
    expect(parseKeyRing({ ENCRYPTION_KEY: k1 }).ids).toEqual(["k1"]);
  });

  test("an empty variable counts as unset, as compose files pass it", () => {
    expect(parseKeyRing({ ENCRYPTION_KEYS: "", ENCRYPTION_KEY: k1 }).ids).toEqual(["k1"]);
    expect(parseKeyRing({ ENCRYPTION_KEYS: `k7:${k1}`, ENCRYPTION_KEY: "" }).ids).toEqual(["k7"]);
  });

  test("capital digits are the same key", () => {
    const upper = parseKeyRing({ ENCRYPTION_KEY: k1.toUpperCase() });
    expect(upper.current.sealing.equals(parseKeyRing({ ENCRYPTION_KEY: k1 }).current.sealing)).toBe(true);
  });

  test("16 different bytes, where random keys have about 30", () => {
    expect(parseKeyRing({ ENCRYPTION_KEY: differentBytes(16) }).ids).toEqual(["k1"]);
  });

  test("ids of 1 and 32 characters, digits, underscore and hyphen", () => {
    const long = "2026-11_".repeat(4);
    expect(parseKeyRing({ ENCRYPTION_KEYS: `a:${k1},${long}:${k2}` }).ids).toEqual(["a", long]);
  });
});

/** Each with what the message must name: variable, position, and a word about the problem. */
const refused: [string, KeyRingVariables, RegExp][] = [
  ["nothing set", {}, /^No encryption key is set/],
  ["both empty", { ENCRYPTION_KEYS: "", ENCRYPTION_KEY: "" }, /^No encryption key is set/],
  [
    "both set",
    { ENCRYPTION_KEYS: `k1:${k1}`, ENCRYPTION_KEY: k2 },
    /^ENCRYPTION_KEYS and ENCRYPTION_KEY are both set: keep one/,
  ],
  ["one digit short", { ENCRYPTION_KEY: k1.slice(1) }, /^ENCRYPTION_KEY: the key has 63 .* exactly 64/],
  ["one digit long", { ENCRYPTION_KEY: `${k1}0` }, /^ENCRYPTION_KEY: the key has 65/],
  ["half a key (AES-128)", { ENCRYPTION_KEY: k1.slice(32) }, /^ENCRYPTION_KEY: the key has 32/],
  [
    "64 characters, none of them hexadecimal",
    { ENCRYPTION_KEY: "z".repeat(64) },
    /^ENCRYPTION_KEY: character 1 /,
  ],
  [
    "a typo at position 33",
    { ENCRYPTION_KEY: `${k1.slice(0, 32)}O${k1.slice(33)}` },
    /^ENCRYPTION_KEY: character 33 /,
  ],
  ["a typo in the last place", { ENCRYPTION_KEY: `${k1.slice(0, 63)}l` }, /^ENCRYPTION_KEY: character 64 /],
  [
    "a hexadecimal look-alike beyond ASCII",
    { ENCRYPTION_KEY: `\u0430${k1.slice(1)}` },
    /^ENCRYPTION_KEY: character 1 /,
  ],
  ["a trailing newline", { ENCRYPTION_KEY: `${k1}\n` }, /^ENCRYPTION_KEY: remove the white space/],
  ["quotation marks left on", { ENCRYPTION_KEY: `"${k1}"` }, /^ENCRYPTION_KEY: character 1 /],
  [
    "a key in base64, as other tools make them",
    { ENCRYPTION_KEY: Buffer.from(k1, "hex").toString("base64") },
    /^ENCRYPTION_KEY: this is a key in base64; write its 32 bytes as 64 hexadecimal digits/,
  ],
  [
    "the same in a ring, in the spelling for URLs",
    { ENCRYPTION_KEYS: `k1:${Buffer.from(k1, "hex").toString("base64url")}` },
    /^ENCRYPTION_KEYS, entry 1: this is a key in base64/,
  ],
  ["a ring in the variable for one key", { ENCRYPTION_KEY: `k1:${k1}` }, /^ENCRYPTION_KEY: character 1 /],
  [
    "one key in the variable for a ring",
    { ENCRYPTION_KEYS: k1 },
    /^ENCRYPTION_KEYS, entry 1: write it as <key id>:/,
  ],
  ["id and key swapped", { ENCRYPTION_KEYS: `${k1}:k1` }, /^ENCRYPTION_KEYS, entry 1: the key id/],
  [
    "second entry without an id",
    { ENCRYPTION_KEYS: `k2:${k2},:${k1}` },
    /^ENCRYPTION_KEYS, entry 2: the key id/,
  ],
  ["an id in capitals", { ENCRYPTION_KEYS: `K1:${k1}` }, /^ENCRYPTION_KEYS, entry 1: the key id/],
  [
    "an id with a dot, which would cut the sealed text",
    { ENCRYPTION_KEYS: `a.b:${k1}` },
    /entry 1: the key id/,
  ],
  ["an id of 33 characters", { ENCRYPTION_KEYS: `${"k".repeat(33)}:${k1}` }, /entry 1: the key id/],
  ["an id with a newline at its end", { ENCRYPTION_KEYS: `k1\n:${k1}` }, /entry 1: the key id/],
  [
    "a space after the comma",
    { ENCRYPTION_KEYS: `k2:${k2}, k1:${k1}` },
    /entry 2: the key id .*without spaces/,
  ],
  ["a space after the colon", { ENCRYPTION_KEYS: `k2: ${k2}` }, /entry 1: remove the white space/],
  ["a trailing comma", { ENCRYPTION_KEYS: `k2:${k2},` }, /entry 2: write it as/],
  ["only a comma", { ENCRYPTION_KEYS: "," }, /entry 1: write it as/],
  ["a second colon", { ENCRYPTION_KEYS: `k2:k1:${k2}` }, /entry 1: character 1 of the key/],
  ["third key bad", { ENCRYPTION_KEYS: `k3:${k3},k2:${k2},k1:${k1.slice(2)}` }, /entry 3: the key has 62/],
  [
    "a repeated key id",
    { ENCRYPTION_KEYS: `k2:${k2},k1:${k1},k2:${k3}` },
    /entry 3: the same key id as entry 1/,
  ],
  [
    "the same key twice",
    { ENCRYPTION_KEYS: `k2:${k2},k1:${k1},k3:${k1}` },
    /entry 3: the same key as entry 2/,
  ],
  [
    "the same key twice, once in capitals",
    { ENCRYPTION_KEYS: `k2:${k1.toUpperCase()},k1:${k1}` },
    /entry 2: the same key as entry 1/,
  ],
];

describe("a key ring that stops the boot", () => {
  test.each(refused)("%s", (_, env, message) => {
    expect(refusedAs(() => parseKeyRing(env))).toBe(BAD_CONFIG);
    expect(refusal(() => parseKeyRing(env)).message).toMatch(message);
  });

  test.each(refused)("%s: the message holds no part of the value", (_, env) => {
    const { message, stack = "" } = refusal(() => parseKeyRing(env));
    for (const value of Object.values(env)) {
      for (let at = 0; at + 6 <= value.length; at += 1) {
        const window = value.slice(at, at + 6);
        expect(message.toLowerCase(), `six characters from ${at}`).not.toContain(window.toLowerCase());
        expect(stack.split("\n")[0]).not.toContain(window);
      }
    }
  });
});

const sequence = (start: number, step: number) =>
  Buffer.from(Array.from({ length: 32 }, (_, index) => (start + index * step) & 255)).toString("hex");

/** 32 bytes, this many of them different, in no pattern. */
function differentBytes(count: number): string {
  const noise = createHash("sha256").update("any noise").digest();
  return Buffer.from(noise.map((byte, index) => (index < count ? index : byte % count) * 15 + 7)).toString(
    "hex",
  );
}

const weak: [string, string, RegExp][] = [
  ["all zero", "00".repeat(32), /pattern/],
  ["all ff", "ff".repeat(32), /pattern/],
  ["one byte repeated", "a5".repeat(32), /pattern/],
  ["0123456789abcdef four times", "0123456789abcdef".repeat(4), /pattern/],
  ["deadbeef eight times", "deadbeef".repeat(8), /pattern/],
  ["1234567890 over and over, cut at 64", "1234567890".repeat(7).slice(0, 64), /pattern/],
  ["16 random bytes twice", k1.slice(0, 32).repeat(2), /pattern/],
  ["a pattern of odd length", "abc".repeat(22).slice(0, 64), /pattern/],
  ["counting up", sequence(0, 1), /sequence/],
  ["counting up across the end", sequence(250, 1), /sequence/],
  ["counting down", sequence(255, -1), /sequence/],
  ["counting by seven", sequence(3, 7), /sequence/],
  ["fifteen different bytes", differentBytes(15), /different bytes/],
  ["all zero but the last byte", `${"00".repeat(31)}01`, /different bytes/],
  [
    "digits typed on the number row",
    "8402759136708241950673829104756382910457683920174856392017465839",
    /decimal digits/,
  ],
  [
    "a passphrase of 32 letters in hexadecimal",
    Buffer.from("Correct-Horse-Battery-Staple-42!").toString("hex"),
    /text/,
  ],
  [
    "the key printed in the plan",
    "a8f5f167f44f4964e6c998dee827110c36d7f5e9e7b6d9e8f5d6c7e8f9a0b1c2",
    /published/,
  ],
  [
    "the key printed in the plan, in capitals",
    "A8F5F167F44F4964E6C998DEE827110C36D7F5E9E7B6D9E8F5D6C7E8F9A0B1C2",
    /published/,
  ],
  [
    "LibreChat's published CREDS_KEY",
    "f34be427ebb29de8d88c107a71546019685ed8b241d8f2ed00c3df97ad2566f0",
    /published/,
  ],
  [
    "the AES-256 example key of NIST SP 800-38A",
    "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
    /published/,
  ],
  ["SHA-256 of nothing", createHash("sha256").digest("hex"), /published/],
];

describe("a key no random generator made stops the boot", () => {
  test.each(weak)("%s", (_, key, reason) => {
    expect(key).toHaveLength(64);
    const single = refusal(() => parseKeyRing({ ENCRYPTION_KEY: key }));
    expect(single.message).toMatch(/^ENCRYPTION_KEY: the key /);
    expect(single.message).toMatch(reason);
    expect(single.message.toLowerCase()).not.toContain(key.slice(0, 6).toLowerCase());
    const inRing = refusal(() => parseKeyRing({ ENCRYPTION_KEYS: `k2:${k2},k1:${key}` }));
    expect(inRing.message).toMatch(/^ENCRYPTION_KEYS, entry 2: the key /);
  });
});

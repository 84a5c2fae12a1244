import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { type BackupPayload, decodePayload, encodePayload } from "./backup-payload";
import { SharesDoNotMatch } from "./errors";

const PAYLOAD: BackupPayload = {
  set: "0123456789abcdef",
  created: "2026-11-23",
  keys: ["k2", "k1"].map((id) => ({ id, hex: randomBytes(32).toString("hex") })),
};
const TEXT = new TextDecoder().decode(encodePayload(PAYLOAD));
const decode = (text: string) => decodePayload(new TextEncoder().encode(text));

test("what was split comes back", () => {
  expect(decode(TEXT)).toMatchObject(PAYLOAD);
});

test("a digit of a key, of the checksum or of the version changed into another is noticed", () => {
  let tried = 0;
  for (const { index, 0: digit } of TEXT.matchAll(/[0-9a-f]/g)) {
    const changed = TEXT.slice(0, index) + (digit === "1" ? "2" : "1") + TEXT.slice(index + 1);
    expect(() => decode(changed)).toThrow(SharesDoNotMatch);
    tried += 1;
  }
  expect(tried).toBeGreaterThan(190);
});

const others: [string, string][] = [
  ["nothing", ""],
  ["no JSON", "x"],
  ["null", "null"],
  ["white space in it", TEXT.replace(",", ", ")],
  ["a member more", TEXT.replace("{", '{"more":1,')],
  ["the keys in another order", JSON.stringify({ ...JSON.parse(TEXT), keys: PAYLOAD.keys.toReversed() })],
  ["no keys", JSON.stringify({ ...JSON.parse(TEXT), keys: [] })],
  ["keys that are none", JSON.stringify({ ...JSON.parse(TEXT), keys: [null, { id: 1, hex: 2 }] })],
];
test.each(others)("%s is no backup", (_, text) => {
  expect(() => decode(text)).toThrow(SharesDoNotMatch);
});

test("bytes that are not UTF-8 are no backup", () => {
  expect(() => decodePayload(Uint8Array.of(0xff, 0xfe))).toThrow(SharesDoNotMatch);
});

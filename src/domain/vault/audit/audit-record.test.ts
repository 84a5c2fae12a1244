import { createSecretKey } from "node:crypto";
import { expect, test } from "vitest";
import { auditRecordMac } from "./audit-record";

const key = createSecretKey(Buffer.from(Array.from({ length: 32 }, (_, index) => index)));

const first = {
  id: "6f2c1c1e-3b1f-4b57-9a55-0f3c6d2b7a10",
  at: "1767225600123456",
  actorId: "person-é",
  action: "value.opened",
  objectId: "object-1",
  detail: '{"provider": "anthropic", "count": 1.0}',
};
const second = {
  id: "0b8b7a54-52c5-4b7e-8f0e-6f7a1e0b9c21",
  at: "1767225600123457",
  actorId: "system:rotation",
  action: "key_rotation.started",
  objectId: null,
  detail: null,
};

// Computed by an independent reader written in Python (hmac, hashlib, struct) from the documented format.
// They must never change: chained records are verified for as long as they are kept.
const FIRST_MAC = "c967829e91f0269a96ff52e3353098d0c3bc477046efa16f9684ee4ff504e805";
const SECOND_MAC = "59bb0b16365158c42836a612e3c2c70dd1d5eadb99fb7fa1b48defc539570f0b";

test("the MACs of two records in a row are what an independent reader computes", () => {
  expect(auditRecordMac(key, { seq: 1n, previousMac: "" }, first)).toBe(FIRST_MAC);
  expect(auditRecordMac(key, { seq: 2n, previousMac: FIRST_MAC }, second)).toBe(SECOND_MAC);
});

test("null is not the empty text, and a text does not slip from one field into the next", () => {
  const place = { seq: 1n, previousMac: "" };
  const macs = [
    second,
    { ...second, objectId: "" },
    { ...second, detail: "null" },
    { ...second, actorId: "system:rotationkey_rotation", action: ".started" },
    { ...second, actorId: "", action: "system:rotationkey_rotation.started" },
  ].map((record) => auditRecordMac(key, place, record));
  expect(new Set(macs).size).toBe(macs.length);
});

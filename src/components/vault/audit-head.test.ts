import { expect, test } from "vitest";
import { readAuditHead, writeAuditHead } from "./audit-head";

const mac = "0123456789abcdef".repeat(4);

test("a written head is read back", () => {
  const head = { seq: 4_711, mac };
  expect(writeAuditHead(head)).toBe(`4711:${mac}`);
  expect(readAuditHead(writeAuditHead(head))).toEqual(head);
});

test("changes made by copying are undone: line breaks, spaces, capitals", () => {
  const copied = ` 4711:\n${mac.slice(0, 32).toUpperCase()} ${mac.slice(32)}\n`;
  expect(readAuditHead(copied)).toEqual({ seq: 4_711, mac });
});

test.each([
  "",
  "4711",
  mac,
  `:${mac}`,
  `0:${mac}`,
  `-1:${mac}`,
  `1.5:${mac}`,
  `1:${mac}0`,
  `1:${mac.slice(1)}`,
  `1:${mac.replace("0", "g")}`,
  `1234567890123456:${mac}`,
])("%j is none", (text) => {
  expect(readAuditHead(text)).toBeNull();
});

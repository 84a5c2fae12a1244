import { inspect } from "node:util";
import { expect, test } from "vitest";
import { Secret } from "./secret";

const CANARY = "sk-ant-canary-4711";

test("a secret cannot be printed by accident", () => {
  const secret = new Secret(CANARY);
  const shown = [
    String(secret),
    "".concat(secret as unknown as string),
    JSON.stringify({ secret }),
    inspect(secret, { showHidden: true, depth: 5 }),
    inspect({ nested: [secret] }, { showHidden: true, depth: 9 }),
    JSON.stringify(Object.assign({}, secret)),
    JSON.stringify(Object.entries(secret)),
    String(new Error("failed", { cause: secret }).cause),
  ].join("\n");
  expect(shown).not.toContain(CANARY);
  expect(shown).toContain("[redacted]");
  expect(secret.reveal()).toBe(CANARY);
});

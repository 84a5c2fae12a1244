import { expect, test } from "vitest";
import { PortableToolCallIds } from "./portable-tool-call-ids";

const first = (id: string) => new PortableToolCallIds().next(id, "m1/0");

test.each(["toolu_01A09q90qw90lq917835lq9", "call_abc123", "chatcmpl-tool-7", "a", "x".repeat(40)])(
  "%s is kept unchanged",
  (id) => {
    expect(first(id)).toBe(id);
  },
);

test.each(["functions.readFile:0", "x".repeat(41), "", "call 1", "ä", "call_1\n"])(
  "%j becomes an id that every provider accepts, the same each time",
  (id) => {
    expect(first(id)).toMatch(/^[a-zA-Z0-9_-]{1,40}$/);
    expect(first(id)).toBe(first(id));
  },
);

test("ids that restart in each answer stay distinct: Anthropic rejects duplicates in a conversation", () => {
  const ids = new PortableToolCallIds();
  const given = ["m1/0", "m2/0", "m2/1"].flatMap((place) => [
    ids.next("call_0", place),
    ids.next("functions.readFile:0", `${place}b`),
  ]);
  expect(new Set(given).size).toBe(6);
});

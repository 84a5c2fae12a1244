import { expect, test } from "vitest";
import { parseQueue, QUEUE_MAX } from "./message-queue";

test.each([
  [null, []],
  ["", []],
  ["{}", []],
  ['"one"', []],
  ['["one", 2, null, "  ", "two"]', ["one", "two"]],
  [
    JSON.stringify(Array.from({ length: 50 }, (_, index) => `${index}`)),
    Array.from({ length: QUEUE_MAX }, (_, index) => `${index}`),
  ],
])("of a stored queue %j, %j waits", (stored, texts) => {
  expect(parseQueue(stored).map(({ text }) => text)).toEqual(texts);
});

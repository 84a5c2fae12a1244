import { expect, test } from "vitest";
import type { ThreadMessage } from "@/contracts/threads";
import { storedPath } from "./thread-tree";

function message(id: string, parentId: string | null): ThreadMessage {
  return { id, parentId, role: "user", parts: [], metadata: null, createdAt: "" };
}
const idsOf = (messages: ThreadMessage[]) => messages.map(({ id }) => id);

test("a straight conversation ends with its last message", () => {
  const { messages, headId } = storedPath([message("a", null), message("b", "a"), message("c", "b")]);
  expect(idsOf(messages)).toEqual(["a", "b", "c"]);
  expect(headId).toBe("c");
});

test("after an edit the newest branch is the conversation, and the older one is kept", () => {
  const { messages, headId } = storedPath([
    message("a", null),
    message("a-answer", "a"),
    message("b", null),
    message("b-answer", "b"),
  ]);
  expect(headId).toBe("b-answer");
  expect(messages).toHaveLength(4);
});

test("a retried answer is a second child of the same question", () => {
  expect(storedPath([message("a", null), message("first", "a"), message("second", "a")]).headId).toBe(
    "second",
  );
});

test("parents come before their children, however the rows are ordered", () => {
  const { messages } = storedPath([message("c", "b"), message("b", "a"), message("a", null)]);
  expect(idsOf(messages)).toEqual(["a", "b", "c"]);
});

test("a message whose parent is gone is still shown", () => {
  expect(storedPath([message("b", "gone"), message("c", "b")]).messages).toEqual([
    message("b", null),
    message("c", "b"),
  ]);
});

test("a circle of parents does not hang the page", () => {
  const { messages } = storedPath([message("a", "b"), message("b", "a")]);
  expect(idsOf(messages).toSorted()).toEqual(["a", "b"]);
  expect(messages[0]?.parentId).toBeNull();
});

test("a long thread does not take quadratic time or the whole stack", () => {
  const many = Array.from({ length: 5000 }, (_, index) =>
    message(`m${index}`, index === 0 ? null : `m${index - 1}`),
  );
  expect(storedPath(many).headId).toBe("m4999");
  expect(storedPath(many.toReversed()).messages).toHaveLength(5000);
});

test("an empty thread has no end", () => {
  expect(storedPath([])).toEqual({ messages: [], headId: null });
});

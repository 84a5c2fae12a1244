import { expect, test } from "vitest";
import type { ThreadMessage } from "@/contracts/threads";
import type { ChatMessage } from "./chat-message";
import { branchThrough, keepBranch, treeOf } from "./message-tree";

function stored(id: string, parentId: string | null): ThreadMessage {
  return { id, parentId, role: "user", parts: [], metadata: null, createdAt: "" };
}
const shown = (...ids: string[]): ChatMessage[] => ids.map((id) => ({ id, role: "user", parts: [] }));
const idsOf = (messages: ChatMessage[]) => messages.map(({ id }) => id);

/** Ids of the messages shown after a reload. */
function restored(...messages: ThreadMessage[]): string[] {
  const { tree, headId } = treeOf(messages);
  return headId === null ? [] : idsOf(branchThrough(tree, headId));
}

test("a straight conversation ends with its last message", () => {
  expect(restored(stored("a", null), stored("b", "a"), stored("c", "b"))).toEqual(["a", "b", "c"]);
});

test("after an edit the newest branch is shown, and the older one is kept", () => {
  const messages = [stored("a", null), stored("a-answer", "a"), stored("b", null), stored("b-answer", "b")];
  expect(restored(...messages)).toEqual(["b", "b-answer"]);
  const { tree } = treeOf(messages);
  expect(tree.children.get(null)).toEqual(["a", "b"]);
  expect(idsOf(branchThrough(tree, "a"))).toEqual(["a", "a-answer"]);
});

test("a retried answer is a second child of the same question", () => {
  expect(restored(stored("a", null), stored("first", "a"), stored("second", "a"))).toEqual(["a", "second"]);
});

test("parents come before their children, in any order of rows", () => {
  expect(restored(stored("c", "b"), stored("b", "a"), stored("a", null))).toEqual(["a", "b", "c"]);
});

test("a message whose parent is gone is still shown", () => {
  expect(restored(stored("b", "gone"), stored("c", "b"))).toEqual(["b", "c"]);
});

test("a cycle of parents does not hang the page", () => {
  const { tree } = treeOf([stored("a", "b"), stored("b", "a")]);
  expect([...tree.nodes.keys()].toSorted()).toEqual(["a", "b"]);
  expect(tree.children.get(null)).toHaveLength(1);
});

test("a long thread does not take quadratic time or the whole stack", () => {
  const many = Array.from({ length: 5000 }, (_, index) =>
    stored(`m${index}`, index === 0 ? null : `m${index - 1}`),
  );
  expect(restored(...many).at(-1)).toBe("m4999");
  expect(restored(...many.toReversed())).toHaveLength(5000);
});

test("an empty thread has no end", () => {
  expect(treeOf([]).headId).toBeNull();
});

test("new messages are kept when the branch is left, in their place among the versions", () => {
  const { tree } = treeOf([stored("a", null), stored("first", "a")]);
  const kept = keepBranch(tree, shown("a", "second", "b"));
  expect(kept.children.get("a")).toEqual(["first", "second"]);
  expect(idsOf(branchThrough(kept, "second"))).toEqual(["a", "second", "b"]);
  expect(idsOf(branchThrough(kept, "first"))).toEqual(["a", "first"]);
});

test("a version is shown again as it was left, even if a newer one follows it", () => {
  const { tree } = treeOf([stored("a", null), stored("old", "a"), stored("new", "a"), stored("b", null)]);
  const kept = keepBranch(keepBranch(tree, shown("a", "old")), shown("b"));
  expect(idsOf(branchThrough(kept, "a"))).toEqual(["a", "old"]);
});

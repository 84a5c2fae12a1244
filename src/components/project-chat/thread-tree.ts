import type { ThreadMessage } from "@/contracts/threads";

export interface StoredPath {
  /** Every message after its parent, so that a tree can be built in one pass. */
  messages: ThreadMessage[];
  /** The newest leaf: the end of the conversation a reload restores; null without messages. */
  headId: string | null;
}

/**
 * Puts stored messages in an order in which each parent precedes its children, and finds the newest leaf.
 * A message whose parent is missing (it cannot be, but a database outlives the code that wrote it) starts a branch of
 * its own instead of making the whole thread unreadable; so does one whose ancestry runs in a circle.
 *
 * @param messages oldest first, all branches
 */
export function storedPath(messages: ThreadMessage[]): StoredPath {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const placed = new Set<string>();
  const ordered: ThreadMessage[] = [];

  for (const message of messages) {
    // Up to the first ancestor that is placed, missing or met before, then down again.
    const ancestry = new Map<string, ThreadMessage>();
    let next: ThreadMessage | undefined = message;
    while (next && !placed.has(next.id) && !ancestry.has(next.id)) {
      ancestry.set(next.id, next);
      next = next.parentId === null ? undefined : byId.get(next.parentId);
    }
    for (const ancestor of [...ancestry.values()].toReversed()) {
      const hasParent = ancestor.parentId !== null && placed.has(ancestor.parentId);
      ordered.push(hasParent ? ancestor : { ...ancestor, parentId: null });
      placed.add(ancestor.id);
    }
  }

  const parents = new Set(ordered.map(({ parentId }) => parentId));
  const head = messages.findLast(({ id }) => !parents.has(id));
  return { messages: ordered, headId: head?.id ?? null };
}

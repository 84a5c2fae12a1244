import type { ThreadMessage } from "@/contracts/threads";
import type { ChatMessage } from "./chat-message";

interface Node {
  message: ChatMessage;
  parentId: string | null;
  /** Higher than for siblings that were shown earlier. */
  shown: number;
}

/**
 * All branches of a conversation: an edited message or retried answer is a sibling of its earlier version.
 */
export interface MessageTree {
  nodes: ReadonlyMap<string, Node>;
  /** Child ids of each message, and of null the first messages; oldest first. */
  children: ReadonlyMap<string | null, readonly string[]>;
}

/**
 * Orders stored messages so that each parent precedes its children, and finds the newest leaf: the end of the
 * conversation that a reload restores; null without messages. A message whose parent is missing (impossible
 * today, but a database outlives the code that wrote it) starts a new branch instead of making the whole
 * thread unreadable; so does one whose ancestry has a cycle.
 *
 * @param messages oldest first, all branches
 */
export function treeOf(messages: ThreadMessage[]): { tree: MessageTree; headId: string | null } {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const nodes = new Map<string, Node>();

  for (const message of messages) {
    // Up to the first ancestor that is placed, missing or already visited, then down again.
    const ancestry = new Map<string, ThreadMessage>();
    let next: ThreadMessage | undefined = message;
    while (next && !nodes.has(next.id) && !ancestry.has(next.id)) {
      ancestry.set(next.id, next);
      next = next.parentId === null ? undefined : byId.get(next.parentId);
    }
    for (const ancestor of [...ancestry.values()].toReversed()) {
      const parentId = ancestor.parentId !== null && nodes.has(ancestor.parentId) ? ancestor.parentId : null;
      nodes.set(ancestor.id, { message: chatMessageOf(ancestor), parentId, shown: 0 });
    }
  }

  const tree = indexed(nodes);
  return { tree, headId: messages.findLast(({ id }) => !tree.children.has(id))?.id ?? null };
}

/** The tree updated with the shown branch. */
export function keepBranch({ nodes }: MessageTree, branch: readonly ChatMessage[]): MessageTree {
  const kept = new Map(nodes);
  const shown = Math.max(0, ...[...nodes.values()].map((node) => node.shown)) + 1;
  for (const [index, message] of branch.entries()) {
    kept.set(message.id, { message, parentId: branch[index - 1]?.id ?? null, shown });
  }
  return indexed(kept);
}

/**
 * The tree with messages that the server has now.
 *
 * @param stored oldest first; the parents of the first ones are in the tree
 */
export function withStored({ nodes }: MessageTree, stored: readonly ThreadMessage[]): MessageTree {
  const kept = new Map(nodes);
  for (const message of stored) {
    const parentId = message.parentId !== null && kept.has(message.parentId) ? message.parentId : null;
    kept.set(message.id, {
      message: chatMessageOf(message),
      parentId,
      shown: kept.get(message.id)?.shown ?? 0,
    });
  }
  return indexed(kept);
}

/** From the first message through this one to the leaf that was shown last, or the newest one. */
export function branchThrough({ nodes, children }: MessageTree, id: string): ChatMessage[] {
  const before: ChatMessage[] = [];
  for (let node = nodes.get(id); node; node = node.parentId === null ? undefined : nodes.get(node.parentId)) {
    before.push(node.message);
  }
  const after: ChatMessage[] = [];
  for (let below = children.get(id); below; ) {
    const latest = below
      .flatMap((child) => nodes.get(child) ?? [])
      .reduce((one, other) => (other.shown >= one.shown ? other : one));
    after.push(latest.message);
    below = children.get(latest.message.id);
  }
  return [...before.toReversed(), ...after];
}

function indexed(nodes: ReadonlyMap<string, Node>): MessageTree {
  const children = new Map<string | null, string[]>();
  for (const [id, { parentId }] of nodes) {
    const siblings = children.get(parentId);
    if (siblings) siblings.push(id);
    else children.set(parentId, [id]);
  }
  return { nodes, children };
}

function chatMessageOf({ id, role, parts, metadata }: ThreadMessage): ChatMessage {
  // The server stored what the AI SDK streamed.
  return { id, role, parts, ...(metadata ? { metadata } : {}) } as ChatMessage;
}

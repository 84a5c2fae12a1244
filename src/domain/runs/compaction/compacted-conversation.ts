import type { ChatRequest } from "@/contracts/chat";
import { type Compaction, compactionSchema } from "@/contracts/compaction";

type Message = ChatRequest["messages"][number];

/** A summary, and the last message that it stands for. */
export type Summary = Pick<Compaction, "upTo"> & { summary: string };

/** What an answer says of a compaction before it; null if there was none. */
export function compactionIn({ role, parts }: Pick<Message, "role" | "parts">): Compaction | null {
  const part = role === "assistant" ? parts.find(({ type }) => type === "data-compaction") : undefined;
  return compactionSchema.safeParse(part?.["data"]).data ?? null;
}

/** The summary a compaction has brought and nobody has undone. */
export function summaryIn(compaction: Compaction | null): Summary | null {
  const { state, upTo, summary, isUndone } = compaction ?? {};
  return state === "done" && upTo !== undefined && summary !== undefined && !isUndone
    ? { upTo, summary }
    : null;
}

/** A conversation of which the older part is sent as a summary. */
export interface CompactedConversation {
  /** What the person wrote in that part, in their words and order. */
  earlierQuestions: Message[];
  /** Null if nothing was summarised. */
  summary: string | null;
  /** What is sent as it is: from a message of the person on. */
  rest: Message[];
}

/**
 * Applies the latest compaction of a conversation that holds.
 *
 * @param newest one that is in no answer yet
 */
export function compactedConversation(messages: Message[], newest: Summary | null): CompactedConversation {
  for (const { upTo, summary } of [...(newest ? [newest] : []), ...summariesOf(messages)]) {
    const end = messages.findIndex(({ id }) => id === upTo) + 1;
    // A summary stands for whole exchanges: the rest begins with the person.
    if (end === 0 || messages[end]?.role !== "user") continue;
    const earlierQuestions = messages.slice(0, end).filter(({ role }) => role === "user");
    return { earlierQuestions, summary, rest: messages.slice(end) };
  }
  return { earlierQuestions: [], summary: null, rest: messages };
}

/** Latest first. Each stands for messages before the answer that brought it. */
function summariesOf(messages: readonly Message[]): Summary[] {
  return messages.toReversed().flatMap((message) => summaryIn(compactionIn(message)) ?? []);
}

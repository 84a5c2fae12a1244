import type { UIMessageChunk } from "ai";

/**
 * Deltas of one text or tool call that arrive within this time are joined. Too short to notice, and far
 * longer than the few milliseconds between two tokens.
 */
const WINDOW_MS = 40;

type Delta = Extract<UIMessageChunk, { type: "text-delta" | "reasoning-delta" | "tool-input-delta" }>;

/**
 * Joins the many small deltas of a fast answer. The AI SDK parses a tool call's whole input again and copies
 * the whole message for every delta: a file of 60 kB kept the page busy for half a minute.
 *
 * The first delta after a pause passes immediately, so that nothing is delayed at its start; order is kept.
 */
export function batchDeltas(emit: (chunk: UIMessageChunk) => void): {
  push: (chunk: UIMessageChunk) => void;
  flush: () => void;
} {
  let waiting: Delta[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    const [first] = waiting;
    if (first) emit(withText(first, waiting.map(textOf).join("")));
    waiting = [];
  };
  const onTimer = () => {
    const hadMore = waiting.length > 0;
    flush();
    if (hadMore) timer = setTimeout(onTimer, WINDOW_MS);
  };

  return {
    flush,
    push(chunk) {
      if (!isPlainDelta(chunk)) {
        flush();
        emit(chunk);
        return;
      }
      if (waiting[0] && !isSameTarget(waiting[0], chunk)) flush();
      if (timer === undefined) {
        emit(chunk);
        timer = setTimeout(onTimer, WINDOW_MS);
      } else waiting.push(chunk);
    },
  };
}

/** False for any other chunk, and for a delta with more than its text. */
function isPlainDelta(chunk: UIMessageChunk): chunk is Delta {
  if (chunk.type === "tool-input-delta") return true;
  return (
    (chunk.type === "text-delta" || chunk.type === "reasoning-delta") && chunk.providerMetadata === undefined
  );
}

function isSameTarget(a: Delta, b: Delta): boolean {
  return a.type === b.type && targetOf(a) === targetOf(b);
}

function targetOf(delta: Delta): string {
  return delta.type === "tool-input-delta" ? delta.toolCallId : delta.id;
}

function textOf(delta: Delta): string {
  return delta.type === "tool-input-delta" ? delta.inputTextDelta : delta.delta;
}

function withText(delta: Delta, text: string): Delta {
  return delta.type === "tool-input-delta" ? { ...delta, inputTextDelta: text } : { ...delta, delta: text };
}

/**
 * Deltas of one text or tool call that arrive within this time become one. Below what an eye notices, and far above
 * the few milliseconds between two tokens.
 */
const WINDOW_MS = 40;

interface Delta {
  type: string;
  /** `id` or `toolCallId`, and its value. */
  key: readonly [name: string, value: string];
  field: "delta" | "inputTextDelta";
  text: string;
}

/**
 * Joins the many small deltas of a fast answer. The AI SDK parses a tool call's whole input again and copies the whole
 * message for every single one: a file of 60 kB kept the page busy for half a minute.
 *
 * The first delta after a pause goes straight through, so that nothing starts later than it has to; order is kept.
 *
 * @param emit takes server-sent events, without the empty line that ends them
 */
export function batchDeltas(emit: (event: string) => void): {
  push: (event: string) => void;
  flush: () => void;
} {
  let waiting: { delta: Delta; texts: string[] } | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (!waiting) return;
    const { delta, texts } = waiting;
    waiting = null;
    emit(
      `data: ${JSON.stringify({ type: delta.type, [delta.key[0]]: delta.key[1], [delta.field]: texts.join("") })}`,
    );
  };
  const onTimer = () => {
    const hadMore = waiting !== null;
    flush();
    if (hadMore) timer = setTimeout(onTimer, WINDOW_MS);
  };

  return {
    flush,
    push(event) {
      const delta = deltaOf(event);
      if (!delta) {
        flush();
        emit(event);
        return;
      }
      if (waiting && !isSameTarget(waiting.delta, delta)) flush();
      if (timer === undefined) {
        emit(event);
        timer = setTimeout(onTimer, WINDOW_MS);
      } else if (waiting) waiting.texts.push(delta.text);
      else waiting = { delta, texts: [delta.text] };
    },
  };
}

/** Null for every other event, and for a delta that carries more than its text. */
function deltaOf(event: string): Delta | null {
  if (!/^data: \{"type":"(?:text|reasoning|tool-input)-delta"/.test(event)) return null;
  try {
    const { type, ...rest } = JSON.parse(event.slice("data: ".length)) as Record<string, unknown>;
    const field = type === "tool-input-delta" ? "inputTextDelta" : "delta";
    const name = type === "tool-input-delta" ? "toolCallId" : "id";
    const { [name]: value, [field]: text, ...more } = rest;
    if (typeof type !== "string" || typeof value !== "string" || typeof text !== "string") return null;
    return Object.keys(more).length > 0 ? null : { type, key: [name, value], field, text };
  } catch {
    return null;
  }
}

function isSameTarget(a: Delta, b: Delta): boolean {
  return a.type === b.type && a.key[1] === b.key[1];
}

import { isRecord, type Json } from "./wire-reader";

/** A call that has begun in this answer. */
interface BegunCall {
  /** As the server counts them; undefined if it does not. */
  readonly wireIndex: unknown;
  readonly id: string;
}

/**
 * Tells the tool calls of one answer apart, for clients that know them by index only: servers leave the index
 * out, give every call the same one, or send a call's id once, each time or never.
 */
export class ChatToolCalls {
  readonly #begun: BegunCall[] = [];

  get hasAny(): boolean {
    return this.#begun.length > 0;
  }

  /** @returns the very same pieces if every client can read them as they are */
  read(pieces: unknown): unknown {
    if (pieces === undefined || pieces === null) return pieces;
    const listed: unknown[] = Array.isArray(pieces) ? pieces : [pieces];
    let isClean = listed === pieces;
    const read: Json[] = [];
    for (const piece of listed) {
      if (!isRecord(piece)) {
        isClean = false;
        continue;
      }
      const before = this.#begun.length;
      const index = this.#indexOf(piece);
      const isSame = isClean && index === piece["index"] && isCleanPiece(piece, this.#begun.length > before);
      isClean = isSame;
      read.push(isSame ? piece : repairedPiece(piece, index));
    }
    return isClean ? pieces : read;
  }

  #indexOf(piece: Json): number {
    const { index: wireIndex, id: wireId, function: called } = piece;
    const id = typeof wireId === "string" && wireId.trim() !== "" ? wireId : "";
    const isNamed = isRecord(called) && typeof called["name"] === "string" && called["name"] !== "";
    const known = this.#begun.findLastIndex((call) =>
      wireIndex === undefined || wireIndex === null
        ? id === "" || call.id === id
        : call.wireIndex === wireIndex && (id === "" || call.id === "" || call.id === id),
    );
    // Without index and id, a name begins a call; servers that repeat the name give one of the two.
    const isNew = known < 0 || ((wireIndex === undefined || wireIndex === null) && id === "" && isNamed);
    if (!isNew) return known;
    // An id that changes within a call: it goes on if it has no name of its own.
    const continued = this.#begun.findLastIndex((call) => call.wireIndex === wireIndex);
    if (!isNamed && continued >= 0) return continued;
    this.#begun.push({ wireIndex: wireIndex ?? undefined, id });
    return this.#begun.length - 1;
  }
}

/** @param isFirst a client may ask for the type of the first piece of a call */
function isCleanPiece({ id, type, function: called }: Json, isFirst: boolean): boolean {
  return (
    (id === undefined || id === null || typeof id === "string") &&
    (type === "function" || (type === undefined && !isFirst)) &&
    isRecord(called) &&
    isTextOrNothing(called["name"]) &&
    isTextOrNothing(called["arguments"])
  );
}

function isTextOrNothing(value: unknown): boolean {
  return value === undefined || value === null || typeof value === "string";
}

function repairedPiece(piece: Json, index: number): Json {
  const { id, function: called, ...rest } = piece;
  const { name, arguments: args, ...more } = isRecord(called) ? called : piece;
  return {
    ...(isRecord(called) ? rest : {}),
    index,
    ...(typeof id === "string" || typeof id === "number" ? { id: String(id) } : {}),
    type: "function",
    function: {
      ...(isRecord(called) ? more : {}),
      ...(typeof name === "string" ? { name } : {}),
      ...(args === undefined || args === null
        ? {}
        : { arguments: typeof args === "string" ? args : JSON.stringify(args) }),
    },
  };
}

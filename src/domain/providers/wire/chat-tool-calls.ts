import { isRecord, type Json, parsedJson } from "./wire-reader";

/** A call that has begun in this answer. */
interface BegunCall {
  /** As the server counts them; undefined if it does not. */
  readonly wireIndex: unknown;
  id: string;
  /** Clients refuse a call that begins without a name: its pieces are held back until it has one. */
  name: string;
  held: string;
  /** Its arguments so far, where nothing but their end tells it from the next call. */
  args: string;
}

/**
 * Tells the tool calls of one answer apart, for clients that know them by index only: servers leave the index
 * out, give every call the same one, or send a call's id once, each time or never.
 */
export class ChatToolCalls {
  readonly #begun: BegunCall[] = [];

  get hasAny(): boolean {
    return this.#begun.some(({ name }) => name !== "");
  }

  /**
   * @param areWhole each is a call of its own, as in a whole message
   * @returns the very same pieces if every client can read them as they are
   */
  read(pieces: unknown, areWhole: boolean): unknown {
    if (pieces === undefined || pieces === null) return pieces;
    const listed: unknown[] = Array.isArray(pieces) ? pieces : [pieces];
    const read = listed.flatMap((piece) => (isRecord(piece) ? this.#piece(piece, areWhole) : []));
    const isSame =
      listed === pieces && read.length === listed.length && read.every((each, at) => each === listed[at]);
    return isSame ? pieces : read;
  }

  /** @returns the piece itself, another one in its place, or none yet */
  #piece(piece: Json, isWhole: boolean): Json[] {
    const [name, id, args] = [nameOf(piece), textOrEmpty(piece["id"]), argumentsOf(piece)];
    const { wireIndex, index } = this.#placeOf(piece, name, id, isWhole);
    const call = this.#begun[index] ?? { wireIndex, id, name: "", held: "", args: "" };
    const isFirst = call.name === "";
    this.#begun[index] = call;
    if (wireIndex === undefined) call.args += args;
    call.id ||= id;
    call.name ||= name;
    if (call.name === "") {
      call.held += args;
      return [];
    }
    const held = call.held;
    call.held = "";
    const whole = { index, id: isFirst ? call.id : id, name, args: held + args };
    // Of arguments that are no JSON in one piece, a client passes on none.
    if (isFirst && whole.args !== "" && parsedJson(whole.args) === undefined)
      return [
        repairedPiece(piece, { ...whole, args: "" }),
        repairedPiece({ function: {} }, { index, id: "", name: "", args: whole.args }),
      ];
    if (held === "" && index === piece["index"] && isCleanPiece(piece, isFirst)) return [piece];
    return [repairedPiece(piece, whole)];
  }

  #placeOf({ index }: Json, name: string, id: string, isWhole: boolean) {
    const wireIndex = index ?? undefined;
    const next = { wireIndex, index: this.#begun.length };
    if (isWhole) return next;
    const known = this.#begun.findLastIndex((call) =>
      wireIndex === undefined
        ? id === "" || call.id === "" || call.id === id
        : call.wireIndex === wireIndex && (id === "" || call.id === "" || call.id === id),
    );
    const call = this.#begun[known];
    if (!call) {
      // An id that changes within a call: it goes on if it has no name of its own.
      const continued = this.#begun.findLastIndex((each) => each.wireIndex === wireIndex);
      return name === "" && continued >= 0 ? { wireIndex, index: continued } : next;
    }
    // Without an index, a name begins a call once the arguments of the one before are whole.
    const isWholeCall = call.args.trim() === "" ? call.name !== name : parsedJson(call.args) !== undefined;
    const isNext = wireIndex === undefined && name !== "" && call.name !== "" && isWholeCall;
    return isNext ? next : { wireIndex, index: known };
  }
}

function nameOf(piece: Json): string {
  const { function: called } = piece;
  return textOrEmpty((isRecord(called) ? called : piece)["name"]);
}

function argumentsOf(piece: Json): string {
  const { function: called } = piece;
  const args = (isRecord(called) ? called : piece)["arguments"];
  if (args === undefined || args === null) return "";
  return typeof args === "string" ? args : JSON.stringify(args);
}

function textOrEmpty(value: unknown): string {
  const text = typeof value === "number" ? String(value) : value;
  return typeof text === "string" && text.trim() !== "" ? text : "";
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

function repairedPiece(
  piece: Json,
  { index, id, name, args }: { index: number; id: string; name: string; args: string },
): Json {
  const { id: _id, function: called, ...rest } = piece;
  return {
    ...(isRecord(called) ? rest : {}),
    index,
    ...(id === "" ? {} : { id }),
    type: "function",
    function: {
      ...(isRecord(called) ? called : {}),
      ...(name === "" ? { name: undefined } : { name }),
      arguments: args,
    },
  };
}

import { randomInt } from "node:crypto";

/** So many characters in a row are no coincidence, and shorter pieces of a key are of no use. */
const SHARED_CHARACTERS = 8;

/** Different in each process. */
const SEED = randomInt(2 ** 31);

/**
 * Recognizes pieces of the key that a connection has used in what its provider answers: a provider, or
 * whoever runs a custom endpoint, can put the key wherever it puts a text of its own. Holds hashes of the
 * key's pieces and not the key, which is in memory only while a request is sent. Whoever reads the memory
 * could still work the key out from them, piece by piece: they live as long as the connection, one run.
 */
export class KeyEcho {
  readonly #pieces = new Set<number>();

  /** Call with each key that is sent. */
  note(key: string): void {
    for (const piece of piecesOf(key)) this.#pieces.add(piece);
  }

  /** Whether the text shares eight characters in a row with a key that was sent, in whatever case. */
  isIn(text: string): boolean {
    return piecesOf(text).some((piece) => this.#pieces.has(piece));
  }
}

function piecesOf(text: string): number[] {
  const lower = text.toLowerCase();
  const pieces: number[] = [];
  for (let end = SHARED_CHARACTERS; end <= lower.length; end += 1) {
    pieces.push(hashOf(lower.slice(end - SHARED_CHARACTERS, end)));
  }
  return pieces;
}

/** FNV-1a: a chance hit, in one of many millions of texts, drops an id. */
function hashOf(piece: string): number {
  let hash = SEED;
  for (let at = 0; at < piece.length; at += 1) hash = Math.imul(hash ^ piece.charCodeAt(at), 16_777_619);
  return hash;
}

import { generateId } from "ai";

/**
 * Keeps the tool calls of one run apart: some providers restart their ids in each answer
 * ("functions.readFile:0"), and the page and the conversation find a call by its id.
 */
export class RunCallIds {
  readonly #complete = new Set<string>();
  /** The provider's id to ours, of calls whose arguments are being written. */
  readonly #begun = new Map<string, string>();

  /** A call whose arguments follow. @param id its provider's */
  begin(id: string): string {
    const own = this.#complete.has(id) ? `call_${generateId()}` : id;
    this.#begun.set(id, own);
    return own;
  }

  /** The call whose arguments are being written under this id; undefined if none is. */
  current(id: string): string | undefined {
    return this.#begun.get(id);
  }

  /** The arguments of a call are complete. */
  complete(id: string): string {
    const own = this.#begun.get(id) ?? this.begin(id);
    this.#begun.delete(id);
    this.#complete.add(own).add(id);
    return own;
  }
}

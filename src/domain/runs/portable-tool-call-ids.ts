import { createHash } from "node:crypto";

/**
 * What every provider takes: Anthropic refuses other characters (https://docs.anthropic.com/en/api/messages, `tool_use.id`), OpenAI
 * more than 40 of them.
 */
const TAKEN_BY_ALL = /^[a-zA-Z0-9_-]{1,40}$/;

/**
 * Ids of the tool calls of one conversation, as any provider takes them. Each provider makes ids in a form of its own
 * ("functions.readFile:0", counted anew in each answer), and a conversation that goes on at another one takes them along.
 */
export class PortableToolCallIds {
  readonly #given = new Set<string>();

  /**
   * @param id as its provider made it
   * @param place where the call stands in the conversation, for telling two of the same id apart
   * @returns the id itself if it will do and no call before had it, else one made from both: the same for the same conversation
   */
  next(id: string, place: string): string {
    const portable =
      TAKEN_BY_ALL.test(id) && !this.#given.has(id)
        ? id
        : `call_${createHash("sha256").update(`${place}/${id}`).digest("hex").slice(0, 32)}`;
    this.#given.add(portable);
    return portable;
  }
}

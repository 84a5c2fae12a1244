import { createHash } from "node:crypto";

/**
 * Accepted by every provider: Anthropic rejects other characters (https://docs.anthropic.com/en/api/messages,
 * `tool_use.id`), OpenAI more than 40 of them.
 */
const TAKEN_BY_ALL = /^[a-zA-Z0-9_-]{1,40}$/;

/**
 * Makes the tool call ids of one conversation acceptable to every provider. Providers use different formats
 * ("functions.readFile:0", restarting in each answer), and a conversation that continues at another provider
 * contains them.
 */
export class PortableToolCallIds {
  readonly #given = new Set<string>();

  /**
   * @param id as its provider created it
   * @param place position of the call in the conversation, to distinguish calls with the same id
   * @returns the id itself if it is accepted and unused so far, otherwise one derived from both:
   *   deterministic for a conversation
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

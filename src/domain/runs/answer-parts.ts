import type { RunChunk } from "./run";

/**
 * Keeps an answer readable: a piece of a text that nobody began, or the result of a call that nobody made,
 * ends every client of the stream. A missing beginning is added; what belongs to nothing is left out.
 */
export class AnswerParts {
  readonly #open = new Set<string>();
  readonly #calls = new Set<string>();

  /** What to send for a chunk. */
  repaired(chunk: RunChunk): RunChunk[] {
    switch (chunk.type) {
      case "text-start":
      case "reasoning-start":
        this.#open.add(partOf(chunk.type, chunk.id));
        return [chunk];
      case "text-delta":
      case "reasoning-delta": {
        const part = partOf(chunk.type, chunk.id);
        if (this.#open.has(part)) return [chunk];
        this.#open.add(part);
        const type = chunk.type === "text-delta" ? "text-start" : "reasoning-start";
        return [{ type, id: chunk.id }, chunk];
      }
      case "text-end":
      case "reasoning-end":
        return this.#open.delete(partOf(chunk.type, chunk.id)) ? [chunk] : [];
      case "tool-input-start":
        this.#open.add(chunk.toolCallId);
        this.#calls.add(chunk.toolCallId);
        return [chunk];
      case "tool-input-delta":
        return this.#open.has(chunk.toolCallId) ? [chunk] : [];
      case "tool-input-available":
      case "tool-input-error":
        this.#open.delete(chunk.toolCallId);
        this.#calls.add(chunk.toolCallId);
        return [chunk];
      case "tool-output-available":
      case "tool-output-error":
      case "tool-output-denied":
        return this.#calls.has(chunk.toolCallId) ? [chunk] : [];
      default:
        return [chunk];
    }
  }
}

function partOf(type: string, id: string): string {
  return `${type.split("-")[0]} ${id}`;
}

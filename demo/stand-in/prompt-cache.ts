import { createHash } from "node:crypto";
import type { Usage } from "./usage";

/**
 * Caches prefixes by account and model: the first request writes most of its tokens, later ones read them.
 * Nothing expires. Used for conversations in which a message from the person begins with "cached:".
 */
export class PromptCache {
  private readonly written = new Map<string, number>();

  /**
   * @param prefix the message that began with "cached:", or null if none did
   * @returns how many of the input tokens were read from the cache, and how many were written to it
   */
  use(
    request: { account: string; model: string; prefix: string | null },
    inputTokens: number,
  ): Pick<Usage, "cachedTokens" | "cacheWriteTokens"> {
    if (request.prefix === null) return { cachedTokens: 0, cacheWriteTokens: 0 };
    const id = createHash("sha256")
      .update(JSON.stringify([request.account, request.model, request.prefix]))
      .digest("hex");
    const before = this.written.get(id);
    if (before !== undefined) return { cachedTokens: Math.min(before, inputTokens - 1), cacheWriteTokens: 0 };
    const cacheWriteTokens = Math.floor(inputTokens * 0.75);
    this.written.set(id, cacheWriteTokens);
    return { cachedTokens: 0, cacheWriteTokens };
  }
}

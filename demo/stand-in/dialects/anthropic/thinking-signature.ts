import { createHmac } from "node:crypto";
import { blocksOf, type Message } from "./messages-request";

/** Signs thinking for an account. Deterministic, and different for each account. */
export function signatureOf(thinking: string, account: string): string {
  return createHmac("sha512", account).update(thinking).digest("base64");
}

/**
 * The error for the first thinking block that belongs to another account or was changed, if any.
 *
 * https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking: blocks are passed back unmodified.
 */
export function invalidSignature(messages: readonly Message[], account: string): string | undefined {
  for (const [index, message] of messages.entries()) {
    for (const [position, { type, thinking, signature }] of blocksOf(message).entries()) {
      if (type === "thinking" && signature !== signatureOf(thinking ?? "", account)) {
        return `messages.${index}.content.${position}: Invalid \`signature\` in \`thinking\` block`;
      }
    }
  }
  return undefined;
}

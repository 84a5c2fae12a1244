import { createHmac } from "node:crypto";
import { blocksOf, type Message } from "./messages-request";

/** Signs thinking for the account it was given to. The same thinking has the same signature; another account has another. */
export function signatureOf(thinking: string, account: string): string {
  return createHmac("sha512", account).update(thinking).digest("base64");
}

/**
 * The complaint about the first thinking block that was given to another account or was changed since, if there is one.
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

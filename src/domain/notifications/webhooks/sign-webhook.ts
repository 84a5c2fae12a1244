import "server-only";
import { createHmac, randomBytes } from "node:crypto";

/*
 * Standard Webhooks (standardwebhooks.com), symmetric signatures. Ten lines on the platform's HMAC: the
 * package computes SHA-256 in JavaScript, and in the tests it is the independent verifier.
 */

const PREFIX = "whsec_";

/** A new signing secret, as receivers configure it. */
export function newWebhookSecret(): string {
  return `${PREFIX}${randomBytes(32).toString("base64")}`;
}

/** The headers that identify and sign one message. @param id the same for each attempt to deliver it */
export function webhookHeaders(
  secret: string,
  { id, at, body }: { id: string; at: Date; body: string },
): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const key = Buffer.from(secret.slice(PREFIX.length), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}

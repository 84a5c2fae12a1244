import { createHmac } from "node:crypto";
import type { GenerateContentRequest } from "./generate-content-request";

/**
 * Google's placeholder for calls it did not make itself:
 * https://ai.google.dev/gemini-api/docs/thought-signatures
 */
const NOT_OURS = "skip_thought_signature_validator";

/** Signature of a call for this account, checked in later requests. */
export function signatureOf(thinking: string, account: string): string {
  return createHmac("sha256", account).update(thinking).digest("base64");
}

/** The error for the first call since the person's last message that lacks its signature, if any. */
export function missingSignature({ contents }: GenerateContentRequest, account: string): string | undefined {
  const begin = contents.findLastIndex(
    ({ role, parts }) => role === "user" && parts.some(({ text }) => text),
  );
  for (const { role, parts } of contents.slice(begin + 1)) {
    if (role !== "model") continue;
    const first = parts.find(({ functionCall }) => functionCall !== undefined);
    const signature = first?.thoughtSignature;
    if (
      first &&
      signature !== NOT_OURS &&
      signature !== signatureOf(first.functionCall?.name ?? "", account)
    ) {
      return (
        "Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, " +
        `and missing thought_signature may lead to degraded model performance. Additional data, function call \`default_api:${first.functionCall?.name}\`.`
      );
    }
  }
  return undefined;
}

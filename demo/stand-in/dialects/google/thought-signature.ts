import { createHmac } from "node:crypto";
import type { GenerateContentRequest } from "./generate-content-request";

/** What Google gives for calls it has not made itself: https://ai.google.dev/gemini-api/docs/thought-signatures */
const NOT_OURS = "skip_thought_signature_validator";

/** Proves to a later request of the same account that this call was made here. */
export function signatureOf(thinking: string, account: string): string {
  return createHmac("sha256", account).update(thinking).digest("base64");
}

/** The complaint about the first call since the person's last words that comes back without its signature, if there is one. */
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

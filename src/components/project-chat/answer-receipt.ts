import { modelName } from "@/components/model-selector/describe-selection";

/**
 * Which model answered and whose key paid: "Haiku · personal key ···abcd · 1,204 tokens".
 *
 * @param metadata of the message; of any shape, since older versions and failed requests stored none
 * @returns null when the message says nothing about it
 */
export function answerReceipt(metadata: Readonly<Record<string, unknown>> | undefined): string | null {
  const { keyProvider, model, keyLast4, usage } = metadata ?? {};
  if (typeof model !== "string" || (keyProvider !== "platform" && keyProvider !== "personal")) return null;
  const key = `${keyProvider} key${typeof keyLast4 === "string" ? ` ···${keyLast4}` : ""}`;
  const tokens = tokenCount(usage);
  return [modelName(model), key, tokens === null ? "" : `${tokens.toLocaleString("en")} tokens`]
    .filter(Boolean)
    .join(" · ");
}

function tokenCount(usage: unknown): number | null {
  if (typeof usage !== "object" || usage === null) return null;
  const { inputTokens, outputTokens } = usage as Record<string, unknown>;
  if (typeof inputTokens !== "number" || typeof outputTokens !== "number") return null;
  return inputTokens + outputTokens;
}

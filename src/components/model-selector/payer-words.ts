import type { KeyProvider } from "@/contracts/payer";

/** What is known about whose key pays. */
export interface PayerFacts {
  keyProvider: KeyProvider;
  aiProvider: string;
  /** The person's name for the key, or the default one from its provider. */
  keyLabel: string | null;
  /** Empty for an endpoint that asks for no key. */
  last4: string | null;
}

/**
 * Whose key pays, in words: "platform key", "your key ···abcd", or with a name the person gave it "your key
 * Work ···abcd".
 *
 * @param whose the word before "key" for a personal key
 */
export function payerWords(payer: PayerFacts, whose: "your" | "personal" = "your"): string {
  if (payer.keyProvider === "platform") return "platform key";
  // A custom endpoint that asks for no key.
  const what = payer.last4 === "" ? "endpoint" : "key";
  return [`${whose} ${what}`, givenName(payer), payer.last4 ? `···${payer.last4}` : null]
    .filter(Boolean)
    .join(" ");
}

/** The key's name if a person chose it; null for a default name ("OpenAI key", "... endpoint"). */
export function givenName({
  aiProvider,
  keyLabel,
}: Pick<PayerFacts, "aiProvider" | "keyLabel">): string | null {
  if (!keyLabel) return null;
  const byDefault = /^(.*?)(?: endpoint| key| endpoint key)$/.exec(keyLabel)?.[1];
  return byDefault !== undefined && lettersOf(byDefault) === lettersOf(aiProvider) ? null : keyLabel;
}

function lettersOf(text: string): string {
  return text.toLowerCase().replace(/[^a-z\d]/g, "");
}

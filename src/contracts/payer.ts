/** Who is billed for a provider request. */
export const PAYERS = ["platform", "person"] as const;
export type Payer = (typeof PAYERS)[number];

/** The payer's name on the wire: `keyProvider` in URLs, receipts and lists. */
export const KEY_PROVIDERS = ["platform", "personal"] as const;
export type KeyProvider = (typeof KEY_PROVIDERS)[number];

export function payerOf(keyProvider: KeyProvider): Payer {
  return keyProvider === "personal" ? "person" : "platform";
}

export function keyProviderOf(payer: Payer): KeyProvider {
  return payer === "person" ? "personal" : "platform";
}

import type { AiKeySummary } from "@/contracts/ai-keys";

/** A key that a failed message named. */
export interface WantedKey {
  provider: string;
  /** Null for the provider's default one. */
  keyId: string | null;
}

/** That key, if it is a stored one and still there. */
export function wantedAmong(
  keys: readonly AiKeySummary[],
  { provider, keyId }: WantedKey,
): AiKeySummary | null {
  const stored = keys.filter((key) => key.provider === provider && key.kept === "stored");
  return (keyId ? stored.find(({ id }) => id === keyId) : stored.find(({ isDefault }) => isDefault)) ?? null;
}

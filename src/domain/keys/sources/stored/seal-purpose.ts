import "server-only";
import { createHash, randomUUID } from "node:crypto";
import type { ProviderId } from "@/contracts/provider";

/**
 * What a sealed provider key is bound to in addition to its owner: the provider, the secret id (so that two
 * keys of one person cannot be swapped), and the address (so that a row whose address was changed in the
 * database does not open, and no key is sent to a host it was not given for).
 */
export function newSealPurpose(provider: ProviderId, baseUrl: string | null): string {
  const purpose = `${provider}:${randomUUID()}`;
  return baseUrl === null ? purpose : `${purpose}:${addressMark(baseUrl)}`;
}

/**
 * Whether the purpose of a row matches its provider and address. Values from before multiple keys name only
 * the provider.
 */
export function isPurposeOf(row: {
  sealPurpose: string;
  provider: ProviderId;
  baseUrl: string | null;
}): boolean {
  const [provider, , mark] = row.sealPurpose.split(":");
  return provider === row.provider && mark === (row.baseUrl === null ? undefined : addressMark(row.baseUrl));
}

function addressMark(baseUrl: string): string {
  return createHash("sha256").update(baseUrl, "utf8").digest("base64url");
}

import "server-only";
import type { KeyPause } from "@/contracts/ai-keys";
import type { ProviderId } from "@/contracts/provider";
import type { Actor } from "@/domain/identity/actor";
import { notFound } from "@/lib/app-error";
import { runStatement } from "@/lib/db/run-statement";
import { keyLabel } from "../../key-label";
import type { KeyChoice, PersonalKey } from "../key-source";
import { IS_EXPIRED, isChosenKey, PAUSE } from "./chosen-key";

/** What is read of a key without opening it, from a row `k`. */
export interface StoredKeyRow {
  keyId: string;
  provider: ProviderId;
  label: string;
  last4: string;
  baseUrl: string | null;
  secretId: string;
  isReadable: boolean;
  isDisabled: boolean;
  isExpired: boolean;
  pause: KeyPause | null;
}

export const STORED_KEY_COLUMNS = `k.id as "keyId", k.provider, k.label, k.last4, k.base_url as "baseUrl",
  k.seal_purpose as "secretId", k.unreadable_since is null as "isReadable", k.disabled_at is not null as "isDisabled",
  ${IS_EXPIRED} as "isExpired", ${PAUSE} as pause`;

const FIND = `select ${STORED_KEY_COLUMNS} from user_ai_api_keys k where ${isChosenKey("$1", "$2", "$3")} limit 1`;

/** The chosen key of `actor`, or null. Opens nothing. */
export async function findStoredKey(
  { userId }: Actor,
  { provider, keyId }: KeyChoice,
): Promise<PersonalKey | null> {
  const [row] = await runStatement<StoredKeyRow>(FIND, [userId, provider ?? null, keyId ?? null]);
  return row ? storedKeyOf(row) : null;
}

export function storedKeyOf(row: StoredKeyRow): PersonalKey {
  const { keyId: id, provider, last4, baseUrl, secretId, isReadable, isDisabled } = row;
  const { isExpired, pause } = row;
  return {
    source: "stored",
    id,
    provider,
    label: keyLabel(row),
    last4,
    baseUrl,
    secretId,
    status: isReadable ? "ok" : "needs_reentry",
    disabled: isDisabled,
    isExpired,
    pause,
  };
}

/** @throws AppError `not_found` if the id is unknown or belongs to another person */
export async function requireStoredKey(actor: Actor, keyId: string): Promise<PersonalKey> {
  const found = await findStoredKey(actor, { keyId });
  if (!found) throw notFound("key");
  return found;
}

import type { AiKeyStatus, AiKeySummary, KeyHealthOutcome, KeyPause } from "@/contracts/ai-keys";
import type { ProviderId } from "@/contracts/provider";
import type { Actor } from "@/domain/identity/actor";
import type { Secret } from "@/lib/secret";
import type { KeyTested } from "../health/key-tested";

/** Why an outgoing request needs a key. */
export type KeyUse = "chat" | "test" | "list_models";

/** A provider's default key, or one of its keys by id. */
interface ProviderKeyChoice {
  provider: ProviderId;
  keyId?: string | undefined;
}

/** As above, or a key by id alone. */
export type KeyChoice = ProviderKeyChoice | { provider?: undefined; keyId: string };

/** The operator's key for a provider. It has no id: there is at most one per provider. */
export interface PlatformKey {
  source: "platform";
  provider: ProviderId;
  baseUrl: null;
}

/** What the server knows about a person's key without opening it. */
export interface PersonalKey {
  source: "stored" | "session";
  id: string;
  provider: ProviderId;
  /** The owner's label, or the provider's name. */
  label: string;
  last4: string;
  /** Address of a custom endpoint; null for the provider's own. */
  baseUrl: string | null;
  /** Identifies the current secret; changes when the key is replaced. Not a secret itself. */
  secretId: string;
  status: AiKeyStatus;
  disabled: boolean;
  /** Past the date its owner gave it. */
  isExpired: boolean;
  /** Why it is paused; null if it is not. */
  pause: KeyPause | null;
}

/** The key a provider request is paid with. */
export type PayingKey = PlatformKey | PersonalKey;

/**
 * Which secret of a personal key was opened. The key may have been replaced since it was looked up, and what
 * a request reveals applies to the secret that was opened.
 */
export type PaidWith = Pick<PersonalKey, "secretId" | "last4">;

export interface OpenedKey {
  key: Secret;
  /** Null for the platform's key. */
  paidWith: PaidWith | null;
}

/**
 * Where the key of a provider request comes from: the operator's environment, the database, or one session's
 * memory.
 */
export interface KeySource<Key extends PayingKey = PayingKey> {
  /** The chosen key of `actor`, or null if this source has none. Opens nothing. */
  find(actor: Actor, choice: ProviderKeyChoice): Promise<Key | null>;
  /** The error for a choice that `find` does not find. */
  missing(choice: ProviderKeyChoice): Error;
  /**
   * Opens exactly this key for one outgoing request, if the actor still may (identity/authority.ts).
   *
   * @throws AppError with the next step if it is unavailable; no other key is used instead
   */
  open(actor: Actor, key: Key, use: KeyUse, projectId?: string): Promise<OpenedKey>;
}

/** A source whose keys belong to people. */
export interface PersonalKeySource extends KeySource<PersonalKey> {
  find(actor: Actor, choice: KeyChoice): Promise<PersonalKey | null>;
  /** The keys of `actor`, in the form that may be shown. */
  list(actor: Actor): Promise<AiKeySummary[]>;
  /** Records what a request revealed about the secret that paid for it. */
  noteHealth(actor: Actor, key: KeyTried, outcome: KeyHealthOutcome, by: HealthEvidence): Promise<void>;
  /** @returns the new key's id */
  add(actor: Actor, key: KeyToAdd): Promise<string>;
  /** @throws AppError `not_found` */
  delete(actor: Actor, keyId: string): Promise<void>;
}

export type KeyTried = Pick<PersonalKey, "id" | "secretId">;

export type HealthEvidence = "test" | "chat";

export interface KeyToAdd {
  provider: ProviderId;
  /** Trimmed and checked by `pastedApiKeySchema`; sealed, then dropped. */
  apiKey: string;
  /** Empty: the provider's name is used. */
  label: string;
  /** Address of a custom endpoint, as typed. */
  baseUrl?: string | undefined;
  /** Result of a test made just before. */
  tested?: KeyTested | null;
}

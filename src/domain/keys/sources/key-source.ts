import type { AiKeyStatus, AiKeySummary, KeyHealthOutcome } from "@/contracts/ai-keys";
import type { ProviderId } from "@/contracts/provider";
import type { Actor } from "@/domain/identity/actor";
import type { Secret } from "@/lib/secret";
import type { KeyTested } from "../health/key-tested";

/** What one outgoing request needs a key for. */
export type KeyUse = "chat" | "test" | "list_models";

/** A provider's default key, or one of its keys by id. */
interface ProviderKeyChoice {
  provider: ProviderId;
  keyId?: string | undefined;
}

/** The same, or a key by its id alone. */
export type KeyChoice = ProviderKeyChoice | { provider?: undefined; keyId: string };

/** The operator's key for a provider. It has no id: nobody chooses among several. */
export interface PlatformKey {
  source: "platform";
  provider: ProviderId;
  baseUrl: null;
}

/** A key of a person, as far as the server may know it without opening it. */
export interface PersonalKey {
  source: "stored" | "session";
  id: string;
  provider: ProviderId;
  /** What its owner calls it, or the name it has by its provider. */
  label: string;
  last4: string;
  /** Address of a custom endpoint; null for the provider's own. */
  baseUrl: string | null;
  /** Names the secret the key has now: another one after it was replaced. No secret itself. */
  secretId: string;
  status: AiKeyStatus;
  disabled: boolean;
}

/** The key a provider request is paid with. */
export type PayingKey = PlatformKey | PersonalKey;

/**
 * Which secret of a personal key was opened. The key may have been replaced since it was looked up; what is learned belongs
 * to the secret that was opened.
 */
export type PaidWith = Pick<PersonalKey, "secretId" | "last4">;

export interface OpenedKey {
  key: Secret;
  /** Null for the platform's. */
  paidWith: PaidWith | null;
}

/** Where the key of a provider request comes from: the operator's environment, the database, or one session's memory. */
export interface KeySource<Key extends PayingKey = PayingKey> {
  /** The chosen key of `actor`, or null if this source has none. Opens nothing. */
  find(actor: Actor, choice: ProviderKeyChoice): Promise<Key | null>;
  /** The error for a choice that `find` does not find. */
  missing(choice: ProviderKeyChoice): Error;
  /**
   * Opens this very key for one outgoing request.
   *
   * @throws AppError with the next step if it cannot be had; no other key takes its place
   */
  open(actor: Actor, key: Key, use: KeyUse): Promise<OpenedKey>;
}

/** A source whose keys belong to people. */
export interface PersonalKeySource extends KeySource<PersonalKey> {
  find(actor: Actor, choice: KeyChoice): Promise<PersonalKey | null>;
  /** The keys of `actor` as far as they may be shown. */
  list(actor: Actor): Promise<AiKeySummary[]>;
  /** Records what a request showed about the secret that paid for it. */
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
  /** Trimmed and checked by `pastedApiKeySchema`; it is sealed and not kept. */
  apiKey: string;
  /** Empty: called after its provider. */
  label: string;
  /** Address of a custom endpoint, as typed. */
  baseUrl?: string | undefined;
  /** What a test of it found just before. */
  tested?: KeyTested | null;
}

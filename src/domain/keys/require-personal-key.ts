import "server-only";
import type { ProviderId } from "@/contracts/provider";
import type { Actor } from "@/domain/identity/actor";
import { notFound } from "@/lib/app-error";
import type { PersonalKey } from "./sources/key-source";
import { personalKeySource } from "./sources/key-sources";

/**
 * A key of `actor` by id, stored or session. @throws AppError `not_found` if the id is unknown or belongs to
 * another person
 */
export async function requirePersonalKey(actor: Actor, keyId: string): Promise<PersonalKey> {
  const key = await personalKeySource(keyId).find(actor, { keyId });
  if (!key) throw notFound("key");
  return key;
}

/** Whether `actor` has a stored default key for a provider. */
export async function hasKeyFor(actor: Actor, provider: ProviderId): Promise<boolean> {
  return (await personalKeySource(undefined).find(actor, { provider })) !== null;
}

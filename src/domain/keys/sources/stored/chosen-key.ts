import "server-only";
import { and, eq, isNull, type SQL } from "drizzle-orm";
import type { Actor } from "@/domain/identity/actor";
import { userAiApiKeysTable } from "@/lib/db/schema";
import type { KeyChoice } from "../key-source";

/** Selects the chosen key among those of `actor`; another person's key is treated as missing. */
export function isChosen(actor: Actor, { provider, keyId }: KeyChoice): SQL | undefined {
  return and(
    eq(userAiApiKeysTable.userId, actor.userId),
    provider === undefined ? undefined : eq(userAiApiKeysTable.provider, provider),
    keyId === undefined ? eq(userAiApiKeysTable.isDefault, true) : eq(userAiApiKeysTable.id, keyId),
    isNull(userAiApiKeysTable.previousOf),
  );
}

/**
 * The same condition on a row `k`, for a statement with a constant text.
 *
 * @param user places of parameters or columns: the actor's, then those of the choice, null where it is open
 */
export function isChosenKey(user: string, provider: string, keyId: string): string {
  return `k.user_id = ${user} and (${provider}::text is null or k.provider = ${provider}::text)
    and case when ${keyId}::uuid is null then k.is_default else k.id = ${keyId}::uuid end and k.previous_of is null`;
}

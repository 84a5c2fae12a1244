import "server-only";
import { and, eq, isNull, type SQL } from "drizzle-orm";
import type { ProviderId } from "@/contracts/provider";
import type { Actor } from "@/domain/identity/actor";
import { userAiApiKeysTable } from "@/lib/db/schema";

/** One of a person's saved keys: by its id, or the default one of a provider. */
export type KeyChoice = { provider: ProviderId; keyId?: string | undefined };

/** The person's own key that is chosen; somebody else's is as absent as one that does not exist. */
export function isChosen(actor: Actor, { provider, keyId }: KeyChoice): SQL | undefined {
  return and(
    eq(userAiApiKeysTable.userId, actor.userId),
    eq(userAiApiKeysTable.provider, provider),
    keyId === undefined ? eq(userAiApiKeysTable.isDefault, true) : eq(userAiApiKeysTable.id, keyId),
    isNull(userAiApiKeysTable.previousOf),
  );
}

/** The person's key with this id, whatever its provider. */
export function isOwnKey(actor: Actor, keyId: string): SQL | undefined {
  return and(
    eq(userAiApiKeysTable.userId, actor.userId),
    eq(userAiApiKeysTable.id, keyId),
    isNull(userAiApiKeysTable.previousOf),
  );
}

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

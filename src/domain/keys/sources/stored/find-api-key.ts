import "server-only";
import type { SQL } from "drizzle-orm";
import type { AiKeyStatus } from "@/contracts/ai-keys";
import type { ProviderId } from "@/contracts/provider";
import type { Actor } from "@/domain/identity/actor";
import { notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { userAiApiKeysTable } from "@/lib/db/schema";
import { isChosen, isOwnKey, type KeyChoice } from "./key-choice";

/** A key as far as the server may know it without opening it. */
export interface FoundApiKey {
  id: string;
  provider: ProviderId;
  label: string;
  last4: string;
  baseUrl: string | null;
  /** Names the secret the key has now: another one after it was replaced. No secret itself. */
  secretId: string;
  status: AiKeyStatus;
  disabled: boolean;
}

/** The chosen key of `actor`, or null. Opens nothing. */
export async function findApiKey(actor: Actor, choice: KeyChoice): Promise<FoundApiKey | null> {
  return firstWhere(isChosen(actor, choice));
}

/** @throws AppError `not_found` for an id that is nobody's or somebody else's */
export async function requireApiKey(actor: Actor, keyId: string): Promise<FoundApiKey> {
  const found = await firstWhere(isOwnKey(actor, keyId));
  if (!found) throw notFound("key");
  return found;
}

async function firstWhere(condition: SQL | undefined): Promise<FoundApiKey | null> {
  const db = await database();
  const [row] = await db
    .select({
      id: userAiApiKeysTable.id,
      provider: userAiApiKeysTable.provider,
      label: userAiApiKeysTable.label,
      last4: userAiApiKeysTable.last4,
      baseUrl: userAiApiKeysTable.baseUrl,
      secretId: userAiApiKeysTable.sealPurpose,
      unreadableSince: userAiApiKeysTable.unreadableSince,
      disabledAt: userAiApiKeysTable.disabledAt,
    })
    .from(userAiApiKeysTable)
    .where(condition)
    .limit(1);
  if (!row) return null;
  const { unreadableSince, disabledAt, ...rest } = row;
  return { ...rest, status: unreadableSince ? "needs_reentry" : "ok", disabled: disabledAt !== null };
}

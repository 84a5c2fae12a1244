import "server-only";
import type { Actor } from "@/domain/identity/actor";
import { notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { userAiApiKeysTable } from "@/lib/db/schema";
import { keyLabel } from "../../key-label";
import type { KeyChoice, PersonalKey } from "../key-source";
import { isChosen } from "./chosen-key";

/** The chosen key of `actor`, or null. Opens nothing. */
export async function findStoredKey(actor: Actor, choice: KeyChoice): Promise<PersonalKey | null> {
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
    .where(isChosen(actor, choice))
    .limit(1);
  if (!row) return null;
  const { unreadableSince, disabledAt, ...rest } = row;
  return {
    ...rest,
    source: "stored",
    label: keyLabel(rest),
    status: unreadableSince ? "needs_reentry" : "ok",
    disabled: disabledAt !== null,
  };
}

/** @throws AppError `not_found` if the id is unknown or belongs to another person */
export async function requireStoredKey(actor: Actor, keyId: string): Promise<PersonalKey> {
  const found = await findStoredKey(actor, { keyId });
  if (!found) throw notFound("key");
  return found;
}

import "server-only";
import { eq } from "drizzle-orm";
import type { ReplaceAiKeyRequest } from "@/contracts/ai-keys";
import type { Actor } from "@/domain/identity/actor";
import { endpointAddressOf } from "@/domain/providers/transport/endpoint-address";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { sealInTransaction } from "@/domain/vault/data-keys/seal-in-transaction";
import { AppError, notFound } from "@/lib/app-error";
import type { Transaction } from "@/lib/db/client";
import { userAiApiKeysTable } from "@/lib/db/schema";
import { countKeySave } from "../../key-limits";
import { deletePreviousRow } from "./delete-previous-secret";
import { requireStoredKey } from "./find-stored-key";
import { holdKeys, type KeyRow, keyAmong, previousAmong } from "./hold-keys";
import { sealProviderKey } from "./seal-provider-key";

/** The columns of a row that belong to one secret: they move together, and what is sealed stays bound to the same purpose. */
export const SECRET_COLUMNS = [
  "apiKey",
  "last4",
  "fingerprint",
  "sealPurpose",
  "baseUrl",
  "unreadableSince",
  "lastUsedAt",
  "health",
  "healthAt",
  "lastTestedAt",
  "lastError",
  "lastErrorAt",
  "toldOf",
] as const satisfies readonly (keyof KeyRow)[];

/** The secret of a row, to be put into another one. */
export function secretOf(row: KeyRow): Pick<KeyRow, (typeof SECRET_COLUMNS)[number]> {
  return Object.fromEntries(SECRET_COLUMNS.map((name) => [name, row[name]])) as Pick<
    KeyRow,
    (typeof SECRET_COLUMNS)[number]
  >;
}

/**
 * Puts another secret into a key: it keeps its id, name and place. The former secret stays sealed beside it for the chosen
 * time and can be switched back to; nothing is opened for that.
 *
 * @param testedFor address the new key was tested for, if it was: it is sealed for no other
 * @returns the id of the new secret (FoundStoredKey.secretId)
 * @throws AppError `not_found`, `conflict`, `endpoint_refused`, `rate_limited`, `key_store_unavailable`
 */
export async function replaceStoredKey(
  actor: Actor,
  keyId: string,
  {
    apiKey,
    baseUrl,
    keepPreviousHours,
  }: Pick<ReplaceAiKeyRequest, "apiKey" | "baseUrl" | "keepPreviousHours">,
  testedFor?: string | null,
): Promise<string> {
  const { provider } = await requireStoredKey(actor, keyId);
  const typed = baseUrl === undefined ? undefined : endpointAddressOf(provider, baseUrl);
  await countKeySave(actor);
  const owner = { ownerKind: "user", ownerId: actor.userId } as const;
  return sealInTransaction(owner, 1, async (tx, dataKey) => {
    const held = await holdKeys(tx, actor);
    const former = keyAmong(held, keyId);
    if (!former) throw notFound("key");
    const address = typed === undefined ? former.baseUrl : typed;
    if (testedFor !== undefined && testedFor !== address) {
      throw new AppError(
        "conflict",
        "The address of this key was changed meanwhile, and a key belongs to the address it was tested for. Nothing was changed; look at the key and try again.",
      );
    }
    const before = previousAmong(held, keyId);
    if (before) await deletePreviousRow(tx, actor, before);
    const sealed = sealProviderKey(actor, { provider, baseUrl: address, apiKey }, dataKey);
    await tx
      .update(userAiApiKeysTable)
      .set({ ...sealed, updatedAt: new Date() })
      .where(eq(userAiApiKeysTable.id, keyId));
    // What cannot be opened is of no use to anybody.
    const keeps = keepPreviousHours > 0 && former.unreadableSince === null;
    if (keeps) await keepPreviousSecret(tx, former, new Date(Date.now() + keepPreviousHours * 3_600_000));
    await recordAuditEvent(tx, actor, "ai_key.replaced", keyId, {
      provider,
      dataKey: dataKey.id,
      keptHours: keeps ? keepPreviousHours : 0,
    });
    return sealed.sealPurpose;
  });
}

/** Puts a former secret beside its key. */
export async function keepPreviousSecret(
  tx: Transaction,
  former: KeyRow,
  availableUntil: Date,
): Promise<void> {
  await tx.insert(userAiApiKeysTable).values({
    userId: former.userId,
    provider: former.provider,
    ...secretOf(former),
    isDefault: false,
    previousOf: former.id,
    availableUntil,
  });
}

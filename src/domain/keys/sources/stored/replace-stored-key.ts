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
import { beginsAnew } from "./begins-anew";
import { deletePreviousRow } from "./delete-previous-secret";
import { requireStoredKey } from "./find-stored-key";
import { holdKeys, type KeyRow, keyAmong, previousAmong } from "./hold-keys";
import { sealProviderKey } from "./seal-provider-key";

/**
 * The columns of a row that belong to one secret: they move together, and the sealed text stays bound to the
 * same purpose.
 */
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
  "expiresAt",
  "madeOn",
  "pausedAt",
  "pause",
] as const satisfies readonly (keyof KeyRow)[];

/** The secret columns of a row, to be copied into another one. */
export function secretOf(row: KeyRow): Pick<KeyRow, (typeof SECRET_COLUMNS)[number]> {
  return Object.fromEntries(SECRET_COLUMNS.map((name) => [name, row[name]])) as Pick<
    KeyRow,
    (typeof SECRET_COLUMNS)[number]
  >;
}

/**
 * Replaces the secret of a key: the key keeps its id, name and position. The previous secret stays sealed for
 * the chosen time and can be restored; nothing is opened for that.
 *
 * @param testedFor address the new key was tested for, if it was: it is sealed for that address only
 * @returns the id of the new secret (FoundStoredKey.secretId)
 * @throws AppError `not_found`, `conflict`, `endpoint_refused`, `rate_limited`, `key_store_unavailable`
 */
export async function replaceStoredKey(
  actor: Actor,
  keyId: string,
  { apiKey, baseUrl, keepPreviousHours, keepsExpiry, madeOn }: Omit<ReplaceAiKeyRequest, "evenIfUntested">,
  testedFor?: string | null,
): Promise<string> {
  const { provider } = await requireStoredKey(actor, keyId);
  const typed = baseUrl === undefined ? undefined : endpointAddressOf(provider, baseUrl);
  await countKeySave(actor);
  const owner = { ownerKind: "user", ownerId: actor.userId } as const;
  return sealInTransaction(owner, 1, async (tx, dataKey) => {
    const held = await holdKeys(tx, actor);
    const current = keyAmong(held, keyId);
    if (!current) throw notFound("key");
    const address = typed === undefined ? current.baseUrl : typed;
    if (testedFor !== undefined && testedFor !== address) {
      throw new AppError(
        "conflict",
        "The address of this key was changed meanwhile, and a key belongs to the address it was tested for. Nothing was changed; look at the key and try again.",
      );
    }
    const previous = previousAmong(held, keyId);
    if (previous) await deletePreviousRow(tx, actor, previous);
    const sealed = sealProviderKey(actor, { provider, baseUrl: address, apiKey }, dataKey);
    await tx
      .update(userAiApiKeysTable)
      .set({ ...sealed, ...beginsAnew(current, { madeOn, keepsExpiry }), updatedAt: new Date() })
      .where(eq(userAiApiKeysTable.id, keyId));
    // A secret that cannot be opened is not worth keeping.
    const keeps = keepPreviousHours > 0 && current.unreadableSince === null;
    if (keeps) await keepPreviousSecret(tx, current, new Date(Date.now() + keepPreviousHours * 3_600_000));
    await recordAuditEvent(tx, actor, "ai_key.replaced", keyId, {
      provider,
      dataKey: dataKey.id,
      keptHours: keeps ? keepPreviousHours : 0,
    });
    return sealed.sealPurpose;
  });
}

/** Stores the previous secret of a key in its own row. */
export async function keepPreviousSecret(
  tx: Transaction,
  previous: KeyRow,
  availableUntil: Date,
): Promise<void> {
  await tx.insert(userAiApiKeysTable).values({
    userId: previous.userId,
    provider: previous.provider,
    ...secretOf(previous),
    isDefault: false,
    previousOf: previous.id,
    availableUntil,
  });
}

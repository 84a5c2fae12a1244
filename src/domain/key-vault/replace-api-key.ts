import "server-only";
import { eq } from "drizzle-orm";
import type { ReplaceAiKeyRequest } from "@/contracts/ai-keys";
import { notFound } from "@/lib/app-error";
import type { Transaction } from "@/lib/db/client";
import { userAiApiKeysTable } from "@/lib/db/schema";
import type { Actor } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";
import { sealInTransaction } from "../data-keys/seal-in-transaction";
import { endpointAddressOf } from "../providers/endpoint-address";
import { requireApiKey } from "./find-api-key";
import { isOwnKey } from "./key-choice";
import { countKeySave } from "./key-limits";
import { sealApiKey } from "./seal-api-key";

type Row = typeof userAiApiKeysTable.$inferSelect;

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
] as const satisfies readonly (keyof Row)[];

/** The secret of a row, to be put into another one. */
export function secretOf(row: Row): Pick<Row, (typeof SECRET_COLUMNS)[number]> {
  return Object.fromEntries(SECRET_COLUMNS.map((name) => [name, row[name]])) as Pick<
    Row,
    (typeof SECRET_COLUMNS)[number]
  >;
}

/**
 * Puts another secret into a key: it keeps its id, name and place. The former secret stays sealed beside it for the chosen
 * time and can be switched back to; nothing is opened for that.
 *
 * @param replacement the new key, checked by the caller at its provider
 * @throws AppError `not_found`, `endpoint_refused`, `rate_limited`, `key_store_unavailable`
 */
export async function replaceApiKey(
  actor: Actor,
  keyId: string,
  {
    apiKey,
    baseUrl,
    keepPreviousHours,
  }: Pick<ReplaceAiKeyRequest, "apiKey" | "baseUrl" | "keepPreviousHours">,
): Promise<void> {
  const { provider, baseUrl: formerAddress } = await requireApiKey(actor, keyId);
  const address = baseUrl === undefined ? formerAddress : endpointAddressOf(provider, baseUrl);
  await countKeySave(actor);
  const owner = { ownerKind: "user", ownerId: actor.userId } as const;
  await sealInTransaction(owner, 1, async (tx, dataKey) => {
    const [former] = await tx.select().from(userAiApiKeysTable).where(isOwnKey(actor, keyId)).for("update");
    if (!former) throw notFound("key");
    await tx.delete(userAiApiKeysTable).where(eq(userAiApiKeysTable.previousOf, keyId));
    await tx
      .update(userAiApiKeysTable)
      .set({ ...sealApiKey(actor, { provider, baseUrl: address, apiKey }, dataKey), updatedAt: new Date() })
      .where(eq(userAiApiKeysTable.id, keyId));
    // What cannot be opened is of no use to anybody.
    const keeps = keepPreviousHours > 0 && former.unreadableSince === null;
    if (keeps) await keepFormer(tx, former, new Date(Date.now() + keepPreviousHours * 3_600_000));
    await recordAuditEvent(tx, actor, "ai_key.replaced", keyId, {
      provider,
      dataKey: dataKey.id,
      keptHours: keeps ? keepPreviousHours : 0,
    });
  });
}

/** Puts a former secret beside its key. */
export async function keepFormer(tx: Transaction, former: Row, availableUntil: Date): Promise<void> {
  await tx.insert(userAiApiKeysTable).values({
    userId: former.userId,
    provider: former.provider,
    ...secretOf(former),
    isDefault: false,
    previousOf: former.id,
    availableUntil,
  });
}

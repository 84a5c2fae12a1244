import "server-only";
import { and, eq, isNull, sql } from "drizzle-orm";
import type { Owner } from "@/contracts/owner";
import type { AdminKeyProvider } from "@/contracts/reconciliation";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { openValue } from "@/domain/vault/sealing/open-value";
import { ADMIN_KEYS } from "@/domain/vault/sealing/sealed-columns";
import { AppError } from "@/lib/app-error";
import { accountSuspended } from "@/lib/auth/account-suspended";
import { database } from "@/lib/db/client";
import { adminKeysTable, dataKeysTable, userTable } from "@/lib/db/schema";
import { DecryptionFailed, EncryptionError, KeyStoreRefused, KeyStoreUnavailable } from "@/lib/encryption";
import { logger } from "@/lib/logger";
import { Secret } from "@/lib/secret";

const RECONCILE = { system: "reconcile" } as const;

/**
 * Opens an owner's admin key for one request for what its organization was charged. There is no other use.
 *
 * @throws AppError if there is none, if it cannot be opened, or if its owner is suspended
 */
export async function openAdminKey(owner: Owner, provider: AdminKeyProvider): Promise<Secret> {
  const db = await database();
  const { id, ownerKind, ownerId, wrapped } = dataKeysTable;
  const [row] = await db
    .select({
      id: adminKeysTable.id,
      owner: adminKeysTable.sealOwner,
      purpose: adminKeysTable.sealPurpose,
      sealed: adminKeysTable.sealedKey,
      isReadable: sql<boolean>`${adminKeysTable.unreadableSince} is null`,
      isSuspended: sql<boolean>`${userTable.suspendedAt} is not null`,
      dataKey: { id, ownerKind, ownerId, wrapped },
    })
    .from(adminKeysTable)
    .leftJoin(dataKeysTable, eq(id, sql`split_part(${adminKeysTable.sealedKey}, '.', 2)`))
    .leftJoin(
      userTable,
      and(eq(adminKeysTable.ownerKind, "person"), eq(userTable.id, adminKeysTable.ownerId)),
    )
    .where(
      and(
        eq(adminKeysTable.ownerKind, owner.kind),
        eq(adminKeysTable.ownerId, owner.id),
        eq(adminKeysTable.provider, provider),
      ),
    );
  if (!row) throw new AppError("not_found", "There is no admin key for this provider. Save one first.");
  if (row.isSuspended) throw accountSuspended();
  const { isReadable, isSuspended: _, ...value } = row;
  try {
    // The row names another provider than its secret was sealed for.
    if (!value.purpose.startsWith(`${provider}:`)) throw new DecryptionFailed();
    return new Secret(await openValue(ADMIN_KEYS, value, { actor: RECONCILE, purpose: "reconcile" }));
  } catch (error) {
    if (!(error instanceof EncryptionError)) throw error;
    logger.error({ err: error, adminKey: row.id }, "an admin key cannot be opened");
    if (error instanceof KeyStoreUnavailable || error instanceof KeyStoreRefused) {
      throw new AppError(
        "key_store_unavailable",
        "The key store of this server does not answer, so the admin key could not be read. It is tried again.",
      );
    }
    if (isReadable) await markUnreadable(value);
    throw new AppError(
      "personal_key_unreadable",
      "The saved admin key can no longer be read by this server. Paste it again.",
    );
  }
}

/** Unless it was saved meanwhile. */
async function markUnreadable({ id, sealed }: { id: string; sealed: string }): Promise<void> {
  const db = await database();
  await db.transaction(async (tx) => {
    const marked = await tx
      .update(adminKeysTable)
      .set({ unreadableSince: new Date() })
      .where(
        and(
          eq(adminKeysTable.id, id),
          eq(adminKeysTable.sealedKey, sealed),
          isNull(adminKeysTable.unreadableSince),
        ),
      )
      .returning({ id: adminKeysTable.id });
    if (marked.length > 0) await recordAuditEvent(tx, RECONCILE, "admin_key.unreadable", id);
  });
}

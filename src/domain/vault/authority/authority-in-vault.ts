import "server-only";
import type { KeyObject } from "node:crypto";
import { eq } from "drizzle-orm";
import { openAuthorityKey, sealAuthorityKey } from "@/lib/auth/authority/key-envelope";
import { database } from "@/lib/db/client";
import { authorityKeyTable } from "@/lib/db/schema";
import { currentSystemDataKey, findSystemDataKey, holdDataKey } from "../data-keys/system-data-key";

/** Changing it makes every stored envelope unreadable. */
const LABEL = "orchestral authority key";

type Stored = typeof authorityKeyTable.$inferSelect;

/**
 * The authority key from its envelope under the vault.
 *
 * @returns null if that does not open it
 * @throws KeyStoreUnavailable, KeyStoreRefused
 */
export async function openUnderVault({ underVault, dataKeyId }: Stored): Promise<KeyObject | null> {
  if (underVault === null || dataKeyId === null) return null;
  const dataKey = await findSystemDataKey(dataKeyId);
  return dataKey && openAuthorityKey(underVault, dataKey.derive(LABEL));
}

/**
 * Keeps an envelope under the active data key of the system, so that a new BETTER_AUTH_SECRET does not lose
 * the key. A rotation that retires the data key at this moment leaves it to the next start.
 *
 * @throws the errors of unwrapDataKey
 */
export async function keepUnderVault(stored: Stored, key: KeyObject): Promise<void> {
  const dataKey = await currentSystemDataKey();
  if (stored.dataKeyId === dataKey.id && (await openUnderVault(stored))?.equals(key)) return;
  const underVault = await sealAuthorityKey(key, dataKey.derive(LABEL));
  const db = await database();
  await db.transaction(async (tx) => {
    if (!(await holdDataKey(tx, dataKey.id))) return;
    await tx
      .update(authorityKeyTable)
      .set({ underVault, dataKeyId: dataKey.id })
      .where(eq(authorityKeyTable.underSecret, stored.underSecret));
  });
}

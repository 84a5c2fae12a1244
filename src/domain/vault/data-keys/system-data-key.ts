import "server-only";
import { and, eq } from "drizzle-orm";
import { type Database, database } from "@/lib/db/client";
import { dataKeysTable } from "@/lib/db/schema";
import { type DataKey, EncryptionError, KeyStoreRefused, KeyStoreUnavailable } from "@/lib/encryption";
import { activeDataKey } from "./active-data-key";
import { openStoredDataKey } from "./stored-data-key";

/** Stored rows depend on the id, which is older than the second use. */
const SYSTEM_OWNER = { ownerKind: "system", ownerId: "audit" } as const;

/** The active data key of the system, from which the keys of its MACs and envelopes are derived. */
export function currentSystemDataKey(): Promise<DataKey> {
  return activeDataKey(SYSTEM_OWNER);
}

/** Keeps a data key from being retired until the transaction ends. @returns whether it is still active */
export async function holdDataKey(tx: Pick<Database, "select">, id: string): Promise<boolean> {
  const [held] = await tx
    .select({ id: dataKeysTable.id })
    .from(dataKeysTable)
    .where(and(eq(dataKeysTable.id, id), eq(dataKeysTable.state, "active")))
    .for("share");
  return held !== undefined;
}

/**
 * A data key of the system, retired ones included.
 *
 * @returns null if there is none of that id, or it cannot be unwrapped though its key store answered
 * @throws KeyStoreUnavailable, KeyStoreRefused
 */
export async function findSystemDataKey(id: string): Promise<DataKey | null> {
  const db = await database();
  const [stored] = await db
    .select({
      id: dataKeysTable.id,
      ownerKind: dataKeysTable.ownerKind,
      ownerId: dataKeysTable.ownerId,
      wrapped: dataKeysTable.wrapped,
    })
    .from(dataKeysTable)
    .where(eq(dataKeysTable.id, id));
  // A person's own data key proves nothing: its owner could have had a MAC made with it.
  if (stored?.ownerKind !== SYSTEM_OWNER.ownerKind || stored.ownerId !== SYSTEM_OWNER.ownerId) return null;
  try {
    return await openStoredDataKey(stored);
  } catch (error) {
    if (error instanceof KeyStoreUnavailable || error instanceof KeyStoreRefused) throw error;
    if (error instanceof EncryptionError) return null;
    throw error;
  }
}

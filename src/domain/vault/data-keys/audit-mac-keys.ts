import "server-only";
import type { KeyObject } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { database } from "@/lib/db/client";
import { dataKeysTable } from "@/lib/db/schema";
import { EncryptionError, KeyStoreRefused, KeyStoreUnavailable } from "@/lib/encryption";
import type { AuditMacKeys } from "../audit/chain-audit-events";
import { activeDataKey } from "./active-data-key";
import { openStoredDataKey } from "./stored-data-key";

const AUDIT_OWNER = { ownerKind: "system", ownerId: "audit" } as const;
/** Changing it makes every existing MAC unverifiable. */
const LABEL = "orchestral audit chain";

/**
 * The keys of the audit chain's MACs: each derived from a data key of the system, so that they rotate with
 * the others.
 */
export const auditMacKeys: AuditMacKeys = {
  async current() {
    const dataKey = await activeDataKey(AUDIT_OWNER);
    return { id: dataKey.id, key: dataKey.derive(LABEL) };
  },

  async hold(tx, id) {
    const [held] = await tx
      .select({ id: dataKeysTable.id })
      .from(dataKeysTable)
      .where(and(eq(dataKeysTable.id, id), eq(dataKeysTable.state, "active")))
      .for("share");
    return held !== undefined;
  },

  async find(id: string): Promise<KeyObject | null> {
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
    // A person's own data key proves nothing about the trail: its owner could have had a MAC made with it.
    if (stored?.ownerKind !== AUDIT_OWNER.ownerKind || stored.ownerId !== AUDIT_OWNER.ownerId) return null;
    try {
      return (await openStoredDataKey(stored)).derive(LABEL);
    } catch (error) {
      if (error instanceof KeyStoreUnavailable || error instanceof KeyStoreRefused) throw error;
      if (error instanceof EncryptionError) return null;
      throw error;
    }
  },
};

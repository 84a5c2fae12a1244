import "server-only";
import { ne, sql } from "drizzle-orm";
import type { Transaction } from "@/lib/db/client";
import { listParam, rowsOf } from "@/lib/db/rows-of";
import { dataKeysTable } from "@/lib/db/schema";
import { KeyEncryptionKeys, KeyStoreRefused, rewrapDataKey } from "@/lib/encryption";
import { recordAuditEvent } from "../audit/record-audit-event";
import { keyEncryptionKeys } from "../data-keys/key-encryption-keys";
import { verdictOf } from "./classify-open-failure";
import { flagDataKeys } from "./flag-data-keys";
import { inParallel } from "./in-parallel";
import { NO_VALUES, type PrepareBatch, ROTATION_ACTOR } from "./prepared-batch";
import { readDataKeyPage, type WalkedDataKey } from "./read-data-key-page";

/**
 * Rewraps the data keys of a page that are not under the rotation's key-encryption key. The values they seal
 * do not change.
 */
export const rewrapDataKeys: PrepareBatch = async (rotation, cursor, limit) => {
  const keys = withCurrent(rotation.keyEncryptionKeyId);
  const page = await readDataKeyPage(
    cursor,
    limit,
    ne(dataKeysTable.keyEncryptionKeyId, rotation.keyEncryptionKeyId),
  );
  const rewrapped = await inParallel(page.keys, async (key) => {
    const context = { dataKeyId: key.id, ownerKind: key.ownerKind, ownerId: key.ownerId };
    try {
      return { key, wrapped: await rewrapDataKey(key.wrapped, context, keys), verdict: null };
    } catch (error) {
      return { key, wrapped: null, verdict: verdictOf(error) };
    }
  });
  const readable = rewrapped.flatMap(({ key, wrapped }) => (wrapped === null ? [] : [{ key, wrapped }]));
  const unreadable = rewrapped.flatMap(({ key, verdict }) => (verdict === "unreadable" ? [key] : []));
  return {
    cursor: page.cursor,
    rows: page.keys.length,
    expected: { ...NO_VALUES, changed: readable.length },
    write: async (tx) => {
      const changed = await writeRewrapped(tx, readable);
      await flagDataKeys(tx, unreadable, true);
      return { ...NO_VALUES, changed };
    },
  };
};

/**
 * The configured keys with the rotation's first: another server may have been started with a different order.
 */
function withCurrent(id: string): KeyEncryptionKeys {
  const configured = keyEncryptionKeys();
  const target = configured.find(id);
  if (!target) {
    throw new KeyStoreRefused(
      id,
      "it is not configured on this server, and this rotation was started with it",
    );
  }
  return new KeyEncryptionKeys([target, ...configured.all.filter((key) => key !== target)]);
}

async function writeRewrapped(
  tx: Transaction,
  rewrapped: readonly { key: WalkedDataKey; wrapped: string }[],
): Promise<number> {
  if (rewrapped.length === 0) return 0;
  const written = await rowsOf<{ id: string }>(
    tx,
    sql`update data_keys set wrapped = n.wrapped, unreadable_since = null
      from unnest(${listParam(rewrapped.map(({ key }) => key.id))}::text[],
        ${listParam(rewrapped.map(({ key }) => key.wrapped))}::text[],
        ${listParam(rewrapped.map(({ wrapped }) => wrapped))}::text[]) n(id, old, wrapped)
      where data_keys.id = n.id and data_keys.wrapped = n.old returning data_keys.id`,
  );
  if (written.length > 0) {
    await recordAuditEvent(tx, ROTATION_ACTOR, "data_key.rewrapped", "data_keys", {
      keys: written.map((row) => row.id),
    });
  }
  return written.length;
}

import "server-only";
import { and, asc, gt, ne, type SQL } from "drizzle-orm";
import { database } from "@/lib/db/client";
import { dataKeysTable } from "@/lib/db/schema";
import type { StoredDataKey } from "../data-keys/stored-data-key";

/** A data key on a walk; its key exists. */
export type WalkedDataKey = StoredDataKey & { wrapped: string; flagged: boolean };

/** The next data keys that are not destroyed, ordered by id. */
export async function readDataKeyPage(
  cursor: string | null,
  limit: number,
  only?: SQL,
): Promise<{ keys: WalkedDataKey[]; cursor: string | null }> {
  const db = await database();
  const rows = await db
    .select({
      id: dataKeysTable.id,
      ownerKind: dataKeysTable.ownerKind,
      ownerId: dataKeysTable.ownerId,
      wrapped: dataKeysTable.wrapped,
      unreadableSince: dataKeysTable.unreadableSince,
    })
    .from(dataKeysTable)
    .where(
      and(
        ne(dataKeysTable.state, "destroyed"),
        cursor === null ? undefined : gt(dataKeysTable.id, cursor),
        only,
      ),
    )
    .orderBy(asc(dataKeysTable.id))
    .limit(limit);
  return {
    keys: rows.flatMap(({ wrapped, unreadableSince, ...row }) =>
      wrapped === null ? [] : [{ ...row, wrapped, flagged: unreadableSince !== null }],
    ),
    cursor: rows.length === limit ? (rows.at(-1)?.id ?? null) : null,
  };
}

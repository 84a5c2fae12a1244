import "server-only";
import { type SQL, sql } from "drizzle-orm";
import { notFound } from "@/lib/app-error";
import type { Transaction } from "@/lib/db/client";
import { listParam, rowsOf } from "@/lib/db/rows-of";
import type { Owner } from "./stored-data-key";

interface OwnerTable {
  table: SQL;
  idType: SQL;
  /** As a person knows it. */
  name: string;
}

/** Where owners stand; the system has no row and is never deleted. */
const OWNER_TABLES: Record<Owner["ownerKind"], OwnerTable | null> = {
  user: { table: sql`"user"`, idType: sql`text`, name: "account" },
  project: { table: sql`projects`, idType: sql`uuid`, name: "project" },
  system: null,
};

/**
 * Keeps everybody else from changing or deleting what belongs to an owner until the transaction ends. It comes before every
 * lock on a data key or on a sealed value, so the order is owner, data key, value for everybody and nobody waits in a circle;
 * Postgres itself locks a row it deletes before the trigger that destroys the owner's data keys runs. Whoever comes while a
 * deletion is under way waits for it, and finds nobody. What only refers to the owner (a session, a receipt) does not wait.
 *
 * @throws AppError `not_found` if the owner is gone
 */
export async function holdOwner(tx: Transaction, { ownerKind, ownerId }: Owner): Promise<void> {
  const owners = OWNER_TABLES[ownerKind];
  if (!owners) return;
  const held = await rowsOf(tx, sql`select 1 from ${owners.table} where id = ${ownerId} for no key update`);
  if (held.length === 0) throw notFound(owners.name);
}

/**
 * Keeps many owners from being deleted, without waiting for any of them and without holding up who changes what they own: a
 * rotation that meets such a change yields (vault/rotation/run-key-rotation.ts).
 *
 * @returns the ids of those that are held; the others are being deleted, or gone
 */
export async function holdOwners(
  tx: Transaction,
  ownerKind: Owner["ownerKind"],
  ids: readonly string[],
): Promise<Set<string>> {
  const owners = OWNER_TABLES[ownerKind];
  if (!owners) return new Set(ids);
  const held = await rowsOf<{ id: string }>(
    tx,
    sql`select id::text as id from ${owners.table} where id = any(${listParam(ids)}::${owners.idType}[])
      for key share skip locked`,
  );
  return new Set(held.map((row) => row.id));
}

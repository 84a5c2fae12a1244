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

/** The tables of owners; the system has no row and is never deleted. */
const OWNER_TABLES: Record<Owner["ownerKind"], OwnerTable | null> = {
  user: { table: sql`"user"`, idType: sql`text`, name: "account" },
  project: { table: sql`projects`, idType: sql`uuid`, name: "project" },
  system: null,
  // One of the others, or the installation, which has no row (rowOwnerOf).
  reconcile: null,
};

const PERSON = "person:";

/** The owner whose row is locked. */
function rowOwnerOf(owner: Owner): Owner {
  const { ownerKind, ownerId } = owner;
  return ownerKind === "reconcile" && ownerId.startsWith(PERSON)
    ? { ownerKind: "user", ownerId: ownerId.slice(PERSON.length) }
    : owner;
}

/**
 * Locks an owner against changes and deletion until the transaction ends. It comes before every lock on a
 * data key or a sealed value, so the lock order is always owner, data key, value, which rules out deadlocks;
 * Postgres itself locks a row it deletes before the trigger that destroys the owner's data keys runs. A
 * caller that arrives during a deletion waits for it, then finds no owner. Rows that only reference the owner
 * (a session, a receipt) do not wait.
 *
 * @throws AppError `not_found` if the owner is gone
 */
export async function holdOwner(tx: Transaction, owner: Owner): Promise<void> {
  const { ownerKind, ownerId } = rowOwnerOf(owner);
  const owners = OWNER_TABLES[ownerKind];
  if (!owners) return;
  const held = await rowsOf(tx, sql`select 1 from ${owners.table} where id = ${ownerId} for no key update`);
  if (held.length === 0) throw notFound(owners.name);
}

/**
 * Locks many owners against deletion, without waiting for any of them and without blocking changes to what
 * they own: a rotation that meets such a change yields (vault/rotation/run-key-rotation.ts).
 *
 * @returns the ids of the locked owners; the others are being deleted, or gone
 */
export async function holdOwners(
  tx: Transaction,
  ownerKind: Owner["ownerKind"],
  ids: readonly string[],
): Promise<Set<string>> {
  if (ownerKind === "reconcile") {
    const rows = ids.map((ownerId) => ({ ownerId, row: rowOwnerOf({ ownerKind, ownerId }) }));
    const people = rows.filter(({ row }) => row.ownerKind === "user").map(({ row }) => row.ownerId);
    const held = await holdOwners(tx, "user", people);
    return new Set(
      rows
        .filter(({ row }) => row.ownerKind !== "user" || held.has(row.ownerId))
        .map(({ ownerId }) => ownerId),
    );
  }
  const owners = OWNER_TABLES[ownerKind];
  if (!owners) return new Set(ids);
  const held = await rowsOf<{ id: string }>(
    tx,
    sql`select id::text as id from ${owners.table} where id = any(${listParam(ids)}::${owners.idType}[])
      for key share skip locked`,
  );
  return new Set(held.map((row) => row.id));
}

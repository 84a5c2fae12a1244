import "server-only";
import type { KeyObject } from "node:crypto";
import { sql } from "drizzle-orm";
import { type Database, database } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";
import { authorityKeyTable } from "@/lib/db/schema";
import { environment } from "@/lib/env.server";
import { oncePerProcess } from "@/lib/once-per-process";
import { envelopeKeyOf, newAuthorityKey, openAuthorityKey, sealAuthorityKey } from "./key-envelope";

/** The same number everywhere: of several servers that start at once, one makes the key and signs. */
const AUTHORITY_LOCK = 7_261_023;

/**
 * The stored authority key is absent though there are accounts, or cannot be opened. The server's start
 * decides about both (domain/vault/authority/prepare-authority.ts).
 */
export class AuthorityKeyMissing extends Error {
  override readonly name = "AuthorityKeyMissing";
  readonly code = "authority_key_missing";

  constructor() {
    super("The key that signs accounts is not there, or was encrypted under another BETTER_AUTH_SECRET.");
  }
}

const shared = oncePerProcess("authorityKey", async () => {
  const db = await database();
  const stored = await readAuthorityKey(db);
  const key = stored ? await openUnderSecret(stored.underSecret) : await makeForEmptyInstallation(db);
  if (!key) throw new AuthorityKeyMissing();
  return key;
});

/**
 * The key of the MACs on accounts, read once in a process.
 *
 * @throws AuthorityKeyMissing
 */
export function authorityKey(): Promise<KeyObject> {
  return shared.get();
}

/** Makes the next use read the key again. */
export function forgetAuthorityKey(): void {
  void shared.drop();
}

export async function readAuthorityKey(db: Pick<Database, "select">) {
  const [stored] = await db.select().from(authorityKeyTable);
  return stored;
}

export function openUnderSecret(sealed: string): Promise<KeyObject | null> {
  return openAuthorityKey(sealed, envelopeKeyOf(environment().BETTER_AUTH_SECRET));
}

export function sealUnderSecret(key: KeyObject): Promise<string> {
  return sealAuthorityKey(key, envelopeKeyOf(environment().BETTER_AUTH_SECRET));
}

/** Only one transaction at a time makes the key or signs what is there. */
export async function lockAuthority(tx: Pick<Database, "execute">): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${AUTHORITY_LOCK})`);
}

/** @returns null if there are accounts: signing them is for the start, which records it */
async function makeForEmptyInstallation(db: Database): Promise<KeyObject | null> {
  const made = newAuthorityKey();
  const underSecret = await sealUnderSecret(made);
  return db.transaction(async (tx) => {
    await lockAuthority(tx);
    const stored = await readAuthorityKey(tx);
    if (stored) return openUnderSecret(stored.underSecret);
    const people = await rowsOf(tx, sql`select 1 from "user" limit 1`);
    if (people.length > 0) return null;
    await tx.insert(authorityKeyTable).values({ underSecret });
    return made;
  });
}
